/** Blocks as file formats 1 and 2 have them, of the first readings that `olderRow` gives: plain, and deflated. */
export const OLDER_BLOCKS = [
  {
    count: 3,
    bytes: Buffer.from(
      'AWsBpFRTAAAAAAAAAAAAAgAAANx/IHpCAAAAAABIj0ABAAAAAQAAAAAAAAEAAAAAAAAUQAEAAQAAAAAAAAAAAAAAAQAAAAACAAAAAAAAAAAAAAAAAADwPwEAAAA=',
      'base64',
    ),
  },
  {
    count: 120,
    bytes: Buffer.from(
      'AsdiTtUvAgAAY2AAASYGBoY79QpVTmCeQb8DIwMz84AgRrALGKCUiAMjwwBBqAvgTqE74IC4wQYh0sACYzGCY4wkkJwC18xCnJcQOhAAAA==',
      'base64',
    ),
  },
] as const

export function olderRow(index: number) {
  const at = 1_795_430_400_000 + index * 1000 + (index % 3)
  const value = index === 60 ? -0 : (index % 50) / 10
  return { at, arrived: at + 5 + (index % 2), value, flags: index === 119 ? 8 : 0 }
}
