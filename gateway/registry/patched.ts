/** The row with the fields that the patch has; a field that is absent or undefined stays. */
export function patched<Row extends object>(
  row: Row,
  patch: { readonly [Key in keyof Row]?: Row[Key] | undefined },
): Row {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  return { ...row, ...Object.fromEntries(given) }
}
