//! The moments at which a figure shows a partition, named by what happened: `handed:2`, `committed`, `killed`. Each is looked for behind the
//! one before it, so that what happens again in a second run of a program can be shown as well.

use std::str::FromStr;

use trace::{Note, Partition, Progress, Recording, Request, Response, What};
use verdict::{Text, say};

/// A moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The broker has told what the group committed before.
    Asked,
    /// Records have come.
    Fetched,
    /// `process` was called with the record.
    Handed(i64),
    /// `process` returned from the record.
    Processed(i64),
    /// The program stored this offset.
    Stored(i64),
    /// The broker took a commit, of this offset where one is named.
    Committed(Option<i64>),
    /// The program was killed.
    Killed,
    /// The program was asked to stop.
    Stopped,
    /// The program started.
    Started,
    /// The consumer left its group.
    Left,
    /// The recording ends.
    End,
}

/// A word that names no moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown(pub String);

impl FromStr for Moment {
    type Err = Unknown;

    fn from_str(word: &str) -> Result<Self, Unknown> {
        let unknown = || Unknown(word.to_owned());
        let (name, offset) = match word.split_once(':') {
            Some((name, offset)) => (name, Some(offset.parse().map_err(|_| unknown())?)),
            None => (word, None),
        };
        Ok(match (name, offset) {
            ("asked", None) => Self::Asked,
            ("fetched", None) => Self::Fetched,
            ("handed", Some(offset)) => Self::Handed(offset),
            ("processed", Some(offset)) => Self::Processed(offset),
            ("stored", Some(offset)) => Self::Stored(offset),
            ("committed", offset) => Self::Committed(offset),
            ("killed", None) => Self::Killed,
            ("stopped", None) => Self::Stopped,
            ("started", None) => Self::Started,
            ("left", None) => Self::Left,
            ("end", None) => Self::End,
            _ => return Err(unknown()),
        })
    }
}

impl Moment {
    /// The event of the moment, from event `from` on.
    pub(crate) fn find(&self, recording: &Recording, partition: &Partition, from: usize) -> Result<usize, Text> {
        let events = recording.events.iter().enumerate().skip(from);
        let found = match self {
            Self::End => recording.events.len().checked_sub(1),
            _ => events.clone().find(|(index, event)| self.is(recording, partition, *index, &event.what)).map(|(index, _)| index),
        };
        let text = self.text(partition);
        found.ok_or_else(|| {
            let (en, ko) = (text.en, text.ko);
            say!(
                "the recording does not show the moment “{en}”, or not in this order.",
                "기록에 “{ko}” 순간이 없거나 순서가 다르다."
            )
        })
    }

    fn is(&self, recording: &Recording, partition: &Partition, index: usize, what: &What) -> bool {
        let reached = |wanted: Progress, record: i64| matches!(what, What::Record { progress, partition: of, offset, .. } if *progress == wanted && of == partition && *offset == record);
        match self {
            Self::Asked => {
                matches!(what, What::Response { response: Response::OffsetFetch { offsets, error: None }, .. } if offsets.contains_key(partition))
            }
            Self::Fetched => {
                matches!(what, What::Response { response: Response::Fetch { partitions, .. }, .. } if partitions.get(partition).is_some_and(|f| f.records > 0))
            }
            Self::Handed(offset) => reached(Progress::HandedOver, *offset),
            Self::Processed(offset) => reached(Progress::Processed, *offset),
            Self::Stored(next) => {
                matches!(what, What::Note { note: Note::Stored { partition: of, offset }, .. } if of == partition && offset == next)
            }
            Self::Committed(wanted) => {
                recording.commit_taken(index, partition).is_some_and(|offset| wanted.is_none_or(|wanted| wanted == offset))
            }
            Self::Killed => matches!(what, What::Note { note: Note::Killed, .. }),
            Self::Stopped => matches!(what, What::Note { note: Note::AskedToStop, .. }),
            Self::Started => matches!(what, What::Note { note: Note::Started, .. }),
            Self::Left => matches!(
                what,
                What::Request { request: Request::LeaveGroup { .. } | Request::ConsumerGroupHeartbeat { epoch: ..0, .. }, .. }
            ),
            Self::End => index + 1 == recording.events.len(),
        }
    }

    /// The moment in words.
    pub(crate) fn text(&self, partition: &Partition) -> Text {
        match self {
            Self::Asked => say!("The group's committed offset is known", "그룹의 커밋된 오프셋을 알게 됨"),
            Self::Fetched => say!("Records of {partition} have come", "{partition}의 레코드 도착"),
            Self::Handed(offset) => say!("Record {offset} is handed over", "레코드 {offset} 전달"),
            Self::Processed(offset) => say!("Record {offset} is processed", "레코드 {offset} 처리 끝"),
            Self::Stored(offset) => say!("{offset} is stored", "{offset} 저장"),
            Self::Committed(Some(offset)) => say!("{offset} is committed", "{offset} 커밋"),
            Self::Committed(None) => say!("A commit is taken", "커밋 성공"),
            Self::Killed => say!("The program is killed", "프로그램 강제 종료"),
            Self::Stopped => say!("The program is asked to stop", "프로그램에 중지 요청"),
            Self::Started => say!("The program starts", "프로그램 시작"),
            Self::Left => say!("The consumer leaves its group", "컨슈머가 그룹을 떠남"),
            Self::End => say!("The end of the recording", "기록의 끝"),
        }
    }
}
