import { dayOf, startOfDay } from './block-file.ts'
import { type Columns, lowerBound, sliceColumns } from './columns.ts'

/** Readings rising in time, cut at every midnight UTC and then evenly, so that no piece has more than `readingsMax`. */
export function cutIntoBlocks(columns: Columns, readingsMax: number): readonly Columns[] {
  return cutByDay(columns).flatMap((day) => {
    if (day.count <= readingsMax) return [day]
    const pieces = Math.ceil(day.count / readingsMax)
    return Array.from({ length: pieces }, (_, index) =>
      sliceColumns(
        day,
        Math.floor((day.count * index) / pieces),
        Math.floor((day.count * (index + 1)) / pieces),
      ),
    )
  })
}

export function cutByDay(columns: Columns): readonly Columns[] {
  if (columns.count === 0) return []
  const lastDay = dayOf(columns.observedAtMs[columns.count - 1] as number)
  if (dayOf(columns.observedAtMs[0] as number) === lastDay) return [columns]
  const days: Columns[] = []
  let start = 0
  while (start < columns.count) {
    const midnightMs = startOfDay(dayOf(columns.observedAtMs[start] ?? 0) + 1)
    const end = Math.max(start + 1, lowerBound(columns.observedAtMs, midnightMs, start))
    days.push(sliceColumns(columns, start, end))
    start = end
  }
  return days
}
