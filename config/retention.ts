import type { Settings } from './schema.ts'

/** Days that readings (raw) and their roll-ups are kept: roll-ups never shorter than what they are made of. */
export function keptDays({
  retentionDays,
  minuteRetentionDays,
  hourRetentionDays,
}: Settings['timeSeries']): Readonly<Record<'raw' | 'minute' | 'hour', number>> {
  const minute = Math.max(retentionDays, minuteRetentionDays)
  return { raw: retentionDays, minute, hour: Math.max(minute, hourRetentionDays) }
}
