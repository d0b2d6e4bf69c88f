//! Who was a member of which group, and held which partition, when. Derived from a recording's frames alone; read by graders
//! ([`History::group`]) and drawn by `figures`. Classic groups (JoinGroup … LeaveGroup) and KIP-848 groups alike.

use std::collections::BTreeMap;

use crate::{Partition, Recording, Request, Response, What};

/// All groups that a recording shows, in the order in which they were first heard of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The groups.
    pub groups: Vec<Group>,
}

/// One consumer group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// `group.id`.
    pub name: String,
    /// Its members in the order in which they were admitted. A client that was expelled and joined anew is a new member.
    pub members: Vec<Member>,
}

/// One member of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The member id that the coordinator (or, in KIP-848, the client) gave it.
    pub id: String,
    /// `client.id` as its requests carry it.
    pub client: String,
    /// `group.instance.id`, for a static member.
    pub instance: Option<String>,
    /// The connection on which it speaks to the coordinator.
    pub connection: u32,
    /// Index of the request with which it asked to join.
    pub joined: usize,
    /// What it held, in order of time. An eager member holds nothing during a rebalance: it may not read then.
    pub holdings: Vec<Holding>,
    /// Indices of its heartbeats.
    pub heartbeats: Vec<usize>,
    /// Index of the request with which it left, if it did.
    pub left: Option<usize>,
    /// Index of the answer that told it that it is no member any more (`UNKNOWN_MEMBER_ID`, `FENCED_…`), or of the end of
    /// its connection where it went without a word.
    pub gone: Option<usize>,
}

/// What a member held for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Holding {
    /// Index of the answer that gave it.
    pub given: usize,
    /// Microseconds at which it began.
    pub from: u64,
    /// Microseconds at which it ended; none where it lasted to the end of the recording.
    pub until: Option<u64>,
    /// Generation (classic) or member epoch (KIP-848).
    pub generation: i32,
    /// The partitions; empty for a member that idles.
    pub partitions: Vec<Partition>,
}

impl Member {
    /// What it held last; empty where it never held anything.
    pub fn last_assignment(&self) -> &[Partition] {
        self.holdings.last().map_or(&[], |holding| &holding.partitions)
    }

    /// Whether it was given an assignment at least once (an empty one counts).
    pub fn was_assigned(&self) -> bool {
        !self.holdings.is_empty()
    }

    /// What it holds now, at the end of the recording; none where it holds nothing, not even an empty assignment.
    pub fn holds(&self) -> Option<&Holding> {
        self.holdings.last().filter(|holding| holding.until.is_none())
    }

    /// What it held at `at` microseconds; none where it held nothing, not even an empty assignment.
    pub fn holding_at(&self, at: u64) -> Option<&Holding> {
        self.holdings.iter().rfind(|holding| holding.from <= at && holding.until.is_none_or(|until| at < until))
    }
}

impl Group {
    /// The members that got an assignment at least once.
    pub fn assigned_members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.was_assigned())
    }

    /// The member that held `partition` at `at` microseconds.
    pub fn owner_at(&self, partition: &Partition, at: u64) -> Option<&Member> {
        self.members.iter().find(|member| member.holding_at(at).is_some_and(|h| h.partitions.contains(partition)))
    }
}

impl History {
    /// The group of that name.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// How many partitions each member of the group of that name holds now, as far as it holds an assignment.
    pub fn shares(&self, group: &str) -> Vec<usize> {
        let members = self.group(group).into_iter().flat_map(|group| &group.members);
        members.filter_map(Member::holds).map(|holding| holding.partitions.len()).collect()
    }

    /// Reads a recording.
    pub fn of(recording: &Recording) -> Self {
        let mut reader = Reader::default();
        for (index, event) in recording.events.iter().enumerate() {
            match &event.what {
                What::Request { connection, client, correlation, request, .. } => {
                    reader.request(index, event.at, *connection, client, *correlation, request);
                }
                What::Response { connection, correlation, response, .. } => {
                    if let Some(asked) = reader.asked.remove(&(*connection, *correlation)) {
                        reader.response(index, event.at, &asked, response);
                    }
                }
                What::Disconnected { connection, .. } => reader.disconnected(index, event.at, *connection),
                _ => {}
            }
        }
        reader.finish()
    }
}

/// A request that waits for its answer.
struct Asked {
    index: usize,
    connection: u32,
    client: String,
    request: Request,
}

#[derive(Default)]
struct Reader {
    history: History,
    asked: BTreeMap<(u32, i32), Asked>,
    /// Members (by index of group and member) whose connection has ended, with the event and time of its end.
    silent: BTreeMap<(usize, usize), (usize, u64)>,
}

impl Reader {
    fn request(&mut self, index: usize, at: u64, connection: u32, client: &str, correlation: i32, request: &Request) {
        if let (Some(group), Some(member)) = (request.group(), request.member()) {
            self.heard_again(group, member, connection);
        }
        match request {
            Request::JoinGroup { group, member, strategies, .. } => {
                self.group(group);
                // An eager member gives up everything before it joins again; a cooperative one goes on with what it owns (KIP-429).
                if strategies.iter().all(|strategy| strategy.owned.is_empty()) {
                    self.end_holding(group, member, at);
                }
            }
            Request::Heartbeat { group, member, .. } => self.member(group, member, |m| m.heartbeats.push(index)),
            Request::LeaveGroup { group, members } => {
                for member in members {
                    self.left(group, member, index, at);
                }
            }
            Request::ConsumerGroupHeartbeat { group, member, epoch, .. } => {
                self.group(group);
                match epoch {
                    ..0 => self.left(group, member, index, at),
                    _ => self.member(group, member, |m| m.heartbeats.push(index)),
                }
            }
            _ => {}
        }
        if request.group().is_some() {
            let asked = Asked { index, connection, client: client.into(), request: request.clone() };
            self.asked.insert((connection, correlation), asked);
        }
    }

    fn response(&mut self, index: usize, at: u64, asked: &Asked, response: &Response) {
        let (Some(group), group_error) = (asked.request.group().map(str::to_owned), response.error()) else { return };
        let speaker = asked.request.member().unwrap_or_default().to_owned();
        if group_error.is_some_and(means_expelled) {
            self.gone(&group, &speaker, index, at);
            return;
        }
        match (&asked.request, response) {
            (Request::JoinGroup { instance, .. }, Response::JoinGroup { member, error: None, .. }) => {
                self.admit(&group, member, asked, instance.clone());
            }
            (Request::SyncGroup { generation, .. }, Response::SyncGroup { assignment, error: None }) => {
                self.give(&group, &speaker, index, at, *generation, assignment.clone());
            }
            (
                Request::ConsumerGroupHeartbeat { instance, epoch: asked_epoch, .. },
                Response::ConsumerGroupHeartbeat { member, epoch, assignment, error: None, .. },
            ) if *asked_epoch >= 0 => {
                self.admit(&group, member, asked, instance.clone());
                if let Some(partitions) = assignment {
                    self.give(&group, member, index, at, *epoch, partitions.clone());
                }
            }
            _ => {}
        }
    }

    fn group(&mut self, name: &str) -> &mut Group {
        let groups = &mut self.history.groups;
        let at = groups.iter().position(|group| group.name == name).unwrap_or_else(|| {
            groups.push(Group { name: name.into(), members: Vec::new() });
            groups.len() - 1
        });
        &mut groups[at]
    }

    /// Does something to a member that is still in the group.
    fn member(&mut self, group: &str, id: &str, act: impl FnOnce(&mut Member)) {
        let of_that_id = |m: &&mut Member| m.id == id && m.left.is_none();
        if let Some(member) = self.group(group).members.iter_mut().rev().find(of_that_id) {
            act(member);
        }
    }

    /// A member is admitted by an answer, unless it had left before the answer came.
    fn admit(&mut self, group: &str, id: &str, asked: &Asked, instance: Option<String>) {
        let members = &mut self.group(group).members;
        if members.iter().any(|m| m.id == id && m.left.is_some_and(|left| asked.index < left)) {
            return;
        }
        if !members.iter().any(|m| m.id == id && m.left.is_none() && m.gone.is_none()) {
            members.push(Member {
                id: id.into(),
                client: asked.client.clone(),
                instance,
                connection: asked.connection,
                joined: asked.index,
                holdings: Vec::new(),
                heartbeats: Vec::new(),
                left: None,
                gone: None,
            });
        }
    }

    fn give(&mut self, group: &str, id: &str, given: usize, at: u64, generation: i32, partitions: Vec<Partition>) {
        self.end_holding(group, id, at);
        self.member(group, id, |m| m.holdings.push(Holding { given, from: at, until: None, generation, partitions }));
    }

    fn end_holding(&mut self, group: &str, id: &str, at: u64) {
        self.member(group, id, |member| {
            if let Some(holding) = member.holdings.last_mut() {
                holding.until.get_or_insert(at);
            }
        });
    }

    fn left(&mut self, group: &str, id: &str, index: usize, at: u64) {
        self.end_holding(group, id, at);
        self.member(group, id, |member| member.left = Some(index));
    }

    fn gone(&mut self, group: &str, id: &str, index: usize, at: u64) {
        self.end_holding(group, id, at);
        self.member(group, id, |member| {
            member.gone.get_or_insert(index);
        });
    }

    /// A member whose connection ends may come back on another one; until it does, it is silent.
    fn disconnected(&mut self, index: usize, at: u64, connection: u32) {
        for (g, group) in self.history.groups.iter().enumerate() {
            for (m, member) in group.members.iter().enumerate() {
                if member.connection == connection && member.left.is_none() && member.gone.is_none() {
                    self.silent.insert((g, m), (index, at));
                }
            }
        }
    }

    fn heard_again(&mut self, group: &str, id: &str, connection: u32) {
        let Some(g) = self.history.groups.iter().position(|of| of.name == group) else { return };
        let Some(m) = self.history.groups[g].members.iter().rposition(|member| member.id == id) else { return };
        self.history.groups[g].members[m].connection = connection;
        self.silent.remove(&(g, m));
    }

    /// Who is silent at the end has gone without a word.
    fn finish(mut self) -> History {
        for ((g, m), (index, at)) in self.silent {
            let member = &mut self.history.groups[g].members[m];
            member.gone = Some(index);
            if let Some(holding) = member.holdings.last_mut() {
                holding.until.get_or_insert(at);
            }
        }
        self.history
    }
}

/// Errors with which a coordinator says: you are no member of this group.
fn means_expelled(error: &str) -> bool {
    matches!(error, "UNKNOWN_MEMBER_ID" | "FENCED_INSTANCE_ID" | "FENCED_MEMBER_EPOCH")
}
