// Seconds until an instant. A clock ticks only while there is such an instant and somebody looks.

/** Call while a component is made. `seconds` is null without an instant, and once it has passed. */
export function secondsUntil(instant: () => string | null): { readonly seconds: number | null } {
  let now = $state(Date.now());
  const end = $derived.by(() => {
    const text = instant();
    const time = text === null ? Number.NaN : Date.parse(text);
    return Number.isNaN(time) ? null : time;
  });
  const runs = $derived(end !== null && end > now);

  $effect(() => {
    if (end === null) return;
    now = Date.now();
  });

  $effect(() => {
    if (!runs) return;
    const timer = setInterval(() => { now = Date.now(); }, 1_000);
    return () => { clearInterval(timer); };
  });

  return {
    get seconds() {
      return end !== null && runs ? Math.ceil((end - now) / 1_000) : null;
    },
  };
}
