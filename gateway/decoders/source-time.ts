/** Greatest instant JavaScript knows, either way from 1970. */
const INSTANT_MAX = 8.64e15

const ISO_8601 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d:?\d\d)$/

/**
 * A device's time: epoch ms, or ISO 8601 with its zone (without one it would be a guess). Null when it
 * is neither. Whether the instant is plausible is judged later: an odd time is kept, and said so.
 */
export function parseSourceTime(time: unknown): number | null {
  if (typeof time === 'number') {
    return Math.abs(time) <= INSTANT_MAX ? Math.trunc(time) + 0 : null
  }
  return typeof time === 'string' ? parseIsoTime(time) : null
}

function parseIsoTime(text: string): number | null {
  const match = ISO_8601.exec(text)
  if (match === null) return null
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const second = Number(match[6] ?? 0)
  const ms = Math.trunc(Number(`0.${match[7] ?? 0}`) * 1000)
  // 24:00 and the leap second are in the standard, and in no device that we know.
  if (hour > 23 || minute > 59 || second > 59) return null
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isRealDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  const offsetMinutes = zoneOffsetMinutes(match[8] ?? 'Z')
  if (!isRealDay || offsetMinutes === null) return null
  return date.getTime() + ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + ms
}

function zoneOffsetMinutes(zone: string): number | null {
  if (zone.toUpperCase() === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(-2))
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
