/**
 * Puts the cursor into the first field of the dialog that has just opened: who came by a key goes on with keys. Not on
 * a phone, where it would bring up a keyboard over the question.
 */
export function focusFirstField(isOpen: boolean): void {
  if (!isOpen || !window.matchMedia('(pointer: fine)').matches) return
  const dialogs = document.querySelectorAll('.ant-modal-wrap:not([style*="display: none"])')
  const field = [...dialogs]
    .at(-1)
    ?.querySelector<HTMLElement>(
      '.ant-modal-body :is(input, textarea):not([type="hidden"], [disabled], [type="file"])',
    )
  field?.focus()
}
