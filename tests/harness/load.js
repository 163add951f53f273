// Notes what the page does: see load.rs. Times of rows are of day, in milliseconds.
const empty = { states: [], inputs: [], waits: [], frames: [] };
if (window.__load) {
  // it notes already: only what it noted so far is done with
  Object.assign(window.__load, empty);
} else {
  const notes = empty;
  window.__load = notes;
  const note = (row) => {
    if (row.dataset?.code === undefined) return;
    notes.states.push({ code: row.dataset.code, state: row.dataset.state, at_ms: performance.timeOrigin + performance.now() });
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'attributes') note(change.target);
      else for (const node of change.addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        note(node);
        for (const row of node.querySelectorAll('[data-code]')) note(row);
      }
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state', 'data-code'] });
  // an input is seen when the frame after it was painted: the task behind that frame's callbacks. It begins when the
  // system made it (`timeStamp`), so waiting for a busy page counts.
  for (const kind of ['keydown', 'wheel']) {
    addEventListener(kind, (event) => {
      const began = event.timeStamp;
      notes.waits.push(performance.now() - began);
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => notes.inputs.push(performance.now() - began);
        port2.postMessage(null);
      });
    }, { capture: true, passive: true });
  }
  let last = performance.now();
  const frame = (now) => {
    notes.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
