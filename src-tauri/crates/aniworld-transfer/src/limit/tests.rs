//! The limits on a paused clock: exact, fair, and changed on the way.

mod properties;

use super::*;

fn rate(bytes_per_s: u64) -> Option<NonZeroU64> {
    NonZeroU64::new(bytes_per_s)
}

const SECOND: Duration = Duration::from_secs(1);

/// Takes slices until the clock says stop; returns the bytes.
async fn take_until(mut ticket: Ticket, end: Instant) -> u64 {
    let mut bytes = 0;
    while Instant::now() < end {
        let slice = ticket.slice().min(64 * 1024);
        ticket.pay(slice).await;
        bytes += slice as u64;
    }
    bytes
}

/// Several connections at once, for so long; what each one got.
async fn race(tickets: Vec<Ticket>, time: Duration) -> Vec<u64> {
    let end = Instant::now() + time;
    let runs = tickets
        .into_iter()
        .map(|ticket| tokio::spawn(take_until(ticket, end)));
    let mut all = Vec::new();
    for run in runs.collect::<Vec<_>>() {
        all.push(run.await.unwrap());
    }
    all
}

/// Within 3 % and one turn with its credit.
#[track_caller]
fn assert_rate(bytes: u64, rate: u64, time: Duration) {
    let even = rate as f64 * time.as_secs_f64();
    let most = 1.03 * even + rate as f64 * (CREDIT + TURN).as_secs_f64();
    assert!(
        (0.97 * even..=most).contains(&(bytes as f64)),
        "{bytes} bytes, {even} expected"
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_nothing_rests() {
    let limits = Limits::default();
    let mut ticket = limits.ticket("a", &ItemLimit::default());
    assert_eq!(ticket.slice(), usize::MAX);
    assert!(!ticket.is_limited());
    assert_eq!(ticket.take(usize::MAX, Instant::now()), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn one_connection_gets_its_rate_and_no_gulps() {
    let limits = Limits::default();
    limits.set_global(rate(100_000));
    let mut ticket = limits.ticket("a", &ItemLimit::default());
    assert_eq!(ticket.slice(), 15_000, "a turn of 150 ms");
    let start = Instant::now();
    assert_eq!(ticket.take(15_000, start), Duration::from_millis(150));
    let later = start + Duration::from_millis(150);
    assert_eq!(ticket.due(later), Duration::ZERO);
    // an idle hour earns 100 ms
    let later = later + Duration::from_hours(1);
    assert_eq!(ticket.take(10_000, later), Duration::ZERO);
    assert_eq!(ticket.take(10_000, later), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn connections_of_one_limit_share_it_evenly() {
    let limits = Limits::default();
    limits.set_global(rate(1_000_000));
    let tickets = (0..8).map(|_| limits.ticket("a", &ItemLimit::default()));
    let shares = race(tickets.collect(), 20 * SECOND).await;
    assert_rate(shares.iter().sum(), 1_000_000, 20 * SECOND);
    for share in &shares {
        assert!((2_375_000..=2_625_000).contains(share), "{shares:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_effective_limit_is_what_all_of_them_allow() {
    let limits = Limits::default();
    limits.set_global(rate(150_000));
    limits.set_per_host(rate(100_000));
    let slow = ItemLimit::default();
    slow.set(rate(30_000));
    let tickets = vec![
        limits.ticket("a", &slow),
        limits.ticket("b", &ItemLimit::default()),
        limits.ticket("b", &ItemLimit::default()),
    ];
    let shares = race(tickets, 20 * SECOND).await;
    assert_rate(shares[0], 30_000, 20 * SECOND);
    assert_rate(shares[1] + shares[2], 100_000, 20 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn connections_of_one_transfer_share_its_limit() {
    let limits = Limits::default();
    let item = ItemLimit::default();
    item.set(rate(200_000));
    let hosts = ["a", "a", "b", "c"];
    let tickets = hosts.map(|host| limits.ticket(host, &item)).into();
    let shares = race(tickets, 10 * SECOND).await;
    assert_rate(shares.iter().sum(), 200_000, 10 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_change_wakes_those_who_rest() {
    let limits = Limits::default();
    limits.set_global(rate(10));
    let start = Instant::now();
    let mut ticket = limits.ticket("a", &ItemLimit::default());
    let resting = tokio::spawn(async move { ticket.pay(100_000).await });
    sleep(SECOND).await;
    assert!(!resting.is_finished());
    // what is owed stays owed, at the new pace
    limits.set_global(rate(10_000));
    resting.await.unwrap();
    assert_eq!(
        start.elapsed().as_millis(),
        10_999,
        "1 s, and 99,990 bytes at the new pace"
    );
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_falls_makes_no_long_silence() {
    let limits = Limits::default();
    limits.set_global(rate(1_000_000));
    let now = Instant::now();
    let mut ticket = limits.ticket("a", &ItemLimit::default());
    assert_eq!(ticket.take(150_000, now), Duration::from_millis(150));
    limits.set_global(rate(1_000));
    assert_eq!(ticket.due(now), Duration::from_millis(150));
    limits.set_global(rate(2_000));
    assert_eq!(ticket.due(now), Duration::from_millis(75));
}

#[tokio::test(start_paused = true)]
async fn a_lifted_limit_lets_go_at_once() {
    let limits = Limits::default();
    let item = ItemLimit::default();
    item.set(rate(10));
    let start = Instant::now();
    let mut ticket = limits.ticket("a", &item);
    let resting = tokio::spawn(async move { ticket.pay(100_000).await });
    sleep(SECOND).await;
    item.set(None);
    resting.await.unwrap();
    assert_eq!(start.elapsed(), SECOND);
    // what was owed once is not owed to a later limit
    item.set(rate(1_000));
    let mut ticket = limits.ticket("a", &item);
    assert_eq!(ticket.take(100, Instant::now()), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_pays_the_debt_of_its_host() {
    let limits = Limits::default();
    limits.set_per_host(rate(1_000));
    let item = ItemLimit::default();
    let now = Instant::now();
    limits.ticket("a", &item).take(5_000, now);
    for host in 0..200 {
        drop(limits.ticket(&host.to_string(), &item));
    }
    assert!(limits.hosts().buckets.len() <= IDLE_HOSTS + 1);
    let mut again = limits.ticket("a", &item);
    assert_eq!(again.take(1_000, now), 6 * SECOND);
    assert_eq!(limits.ticket("new", &item).take(1_000, now), SECOND);
}

#[test]
fn what_was_chosen_counts_more_than_the_first_value() {
    let (chosen, lifted, fresh) = <(ItemLimit, ItemLimit, ItemLimit)>::default();
    chosen.set(rate(5));
    lifted.set(None);
    for item in [&chosen, &lifted, &fresh] {
        item.begin_with(rate(9));
    }
    assert_eq!(
        [chosen.get(), lifted.get(), fresh.get()],
        [rate(5), None, rate(9)]
    );
}
