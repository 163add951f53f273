// Text to the clipboard, after a press of the user. Without any plugin of the program.

/** Copies, and answers whether it worked. The fallback needs a place that can hold the focus: inside a modal dialog, that dialog. */
export async function copyText(text: string, place: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // no secure context, or the system said no: the old way
    return copyBySelection(text, place);
  }
}

function copyBySelection(text: string, place: HTMLElement): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  place.append(field);
  field.select();
  try {
    return copySelection();
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}

function copySelection(): boolean {
  // old, but in every webview, and the only way where the clipboard is closed to pages
  const old = document as unknown as { execCommand?: (command: string) => boolean };
  try {
    return old.execCommand?.('copy') ?? false;
  } catch {
    return false;
  }
}
