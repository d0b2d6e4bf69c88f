//! `broker`: starts, stops and asks after the container that all runs share. The lab does it.

use crate::{cli::BrokerAction, fail::Result, foreground, here::Here};

pub(super) async fn run(here: &Here, action: BrokerAction) -> Result<u8> {
    let mut lab = foreground::lab(&here.workbook, here.look);
    lab.arg("broker").arg(match action {
        BrokerAction::Up => "up",
        BrokerAction::Down => "down",
        BrokerAction::Status => "status",
    });
    if here.look.json && matches!(action, BrokerAction::Status) {
        lab.arg("--json");
    }
    foreground::run(lab).await
}
