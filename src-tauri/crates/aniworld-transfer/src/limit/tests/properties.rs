//! Any hosts, transfers, connections and changes: no window has more than its limits allow, and
//! together they get what the limits leave them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tokio::task::JoinSet;

use super::*;

/// How long one setting of the limits holds.
const STAGE: Duration = Duration::from_secs(4);

#[derive(Debug, Clone)]
struct Setting {
    global: u64,
    per_host: u64,
    items: Vec<u64>,
}

/// Which host and which transfer a connection belongs to.
#[derive(Debug, Clone, Copy)]
struct Connection {
    host: usize,
    item: usize,
}

/// What one connection took at a moment.
#[derive(Debug, Clone, Copy)]
struct Taken {
    at: Instant,
    by: Connection,
    bytes: u64,
}

fn settings() -> impl Strategy<Value = Vec<Setting>> {
    let limit = || prop_oneof![1 => Just(0), 3 => 20_000_u64..5_000_000];
    let setting = (
        50_000_u64..5_000_000,
        limit(),
        proptest::collection::vec(limit(), 4),
    );
    let setting = setting.prop_map(|(global, per_host, items)| Setting {
        global,
        per_host,
        items,
    });
    proptest::collection::vec(setting, 1..4)
}

fn connections() -> impl Strategy<Value = Vec<Connection>> {
    // a transfer reads from one host
    let connection = (0_usize..4).prop_map(|item| Connection { host: item / 2, item });
    proptest::collection::vec(connection, 1..10)
}

fn apply(setting: &Setting, limits: &Limits, items: &[ItemLimit]) {
    limits.set_global(rate(setting.global));
    limits.set_per_host(rate(setting.per_host));
    for (item, limit) in items.iter().zip(&setting.items) {
        item.set(rate(*limit));
    }
}

/// Reads as much as it may, for ever.
async fn greedy(mut ticket: Ticket, by: Connection, log: Arc<Mutex<Vec<Taken>>>) {
    loop {
        let slice = ticket.slice().min(400 * 1024);
        log.lock().unwrap().push(Taken {
            at: Instant::now(),
            by,
            bytes: slice as u64,
        });
        ticket.pay(slice).await;
        tokio::task::yield_now().await;
    }
}

/// Runs all settings one after the other; what was taken under each.
async fn run(settings: &[Setting], connections: &[Connection]) -> Vec<Vec<Taken>> {
    let limits = Limits::default();
    let items: [ItemLimit; 4] = std::array::from_fn(|_| ItemLimit::default());
    apply(&settings[0], &limits, &items);
    let log = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for &by in connections {
        let ticket = limits.ticket(&by.host.to_string(), &items[by.item]);
        tasks.spawn(greedy(ticket, by, Arc::clone(&log)));
    }
    let mut stages = Vec::new();
    for setting in settings {
        apply(setting, &limits, &items);
        sleep(STAGE).await;
        stages.push(std::mem::take(&mut *log.lock().unwrap()));
    }
    stages
}

/// The bytes of every window that begins with a taking, for several lengths.
fn assert_windows(taken: &[Taken], limit: u64, sharers: usize) {
    let burst = limit as f64 * (CREDIT + TURN).as_secs_f64() + (sharers * MIN_SLICE_BYTES) as f64;
    for length in [1, 2, 3].map(Duration::from_secs) {
        let most = 1.03 * limit as f64 * length.as_secs_f64() + burst;
        let mut end = 0;
        let mut sum = 0;
        for (begin, first) in taken.iter().enumerate() {
            while end < taken.len() && taken[end].at < first.at + length {
                sum += taken[end].bytes;
                end += 1;
            }
            assert!(
                sum as f64 <= most,
                "{sum} in {length:?} from {begin}, limit {limit}"
            );
            sum -= first.bytes;
        }
    }
}

/// What all connections together may have under a setting.
fn allowed(setting: &Setting, connections: &[Connection]) -> u64 {
    let or_all = |limit: u64| if limit == 0 { u64::MAX / 16 } else { limit };
    let mut hosts: BTreeMap<usize, BTreeMap<usize, u64>> = BTreeMap::new();
    for by in connections {
        let item = or_all(setting.items[by.item]);
        hosts.entry(by.host).or_default().insert(by.item, item);
    }
    let hosts = hosts
        .values()
        .map(|items| items.values().sum::<u64>().min(or_all(setting.per_host)));
    hosts.sum::<u64>().min(setting.global)
}

/// No limit is exceeded, and what they leave is used.
fn check(setting: &Setting, connections: &[Connection], taken: &[Taken]) {
    let of = |belongs: &dyn Fn(Connection) -> bool| -> (Vec<Taken>, usize) {
        let sharers = connections.iter().filter(|by| belongs(**by)).count();
        (
            taken.iter().filter(|taken| belongs(taken.by)).copied().collect(),
            sharers,
        )
    };
    assert_windows(taken, setting.global, connections.len());
    for host in (0..2).filter(|_| setting.per_host > 0) {
        let (taken, sharers) = of(&|by| by.host == host);
        assert_windows(&taken, setting.per_host, sharers);
    }
    for (item, limit) in setting.items.iter().enumerate().filter(|(_, limit)| **limit > 0) {
        let (taken, sharers) = of(&|by| by.item == item);
        assert_windows(&taken, *limit, sharers);
    }
    let sum: u64 = taken.iter().map(|taken| taken.bytes).sum();
    let allowed = allowed(setting, connections) as f64 * STAGE.as_secs_f64();
    assert!(sum as f64 >= 0.97 * allowed, "{sum} of {allowed}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn limits_hold_and_are_used(settings in settings(), connections in connections()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let stages = runtime.block_on(run(&settings, &connections));
        for (setting, taken) in settings.iter().zip(&stages) {
            check(setting, &connections, taken);
        }
    }
}
