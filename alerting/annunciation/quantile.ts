/** Of numbers in rising order, by the nearest rank: always one of them. Null: there are none. */
export function quantile(inOrder: ArrayLike<number>, share: number): number | null {
  if (inOrder.length === 0) return null
  const rank = Math.max(1, Math.ceil(share * inOrder.length))
  return inOrder[rank - 1] ?? null
}
