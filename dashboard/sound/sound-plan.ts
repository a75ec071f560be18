import type { AlarmDto } from '../../gateway/contract.ts'
import { needsAcknowledgement } from '../alarms/alarm-state.ts'
import type { Grade } from '../alarms/grade.ts'

/**
 * What should be heard. Grades 1 and 2 repeat until somebody acknowledges; 3 and 4 sound once when
 * they come. Silence covers the alarms that stood when it was asked for: one that comes (or rises, or
 * occurs again) afterwards is heard, because silence is not acknowledgement.
 */
export interface SoundMemory {
  /** What has been heard once: alarm and occurrence. */
  readonly heard: ReadonlySet<string>
  readonly silencedUntilMs: number
  readonly silenced: ReadonlySet<string>
}

export const SILENCE_MS = 120_000

export const INITIAL_SOUND_MEMORY: SoundMemory = {
  heard: new Set(),
  silencedUntilMs: 0,
  silenced: new Set(),
}

export interface SoundPlan {
  readonly memory: SoundMemory
  /** The tone to play now, or null; the most urgent goes first. */
  readonly now: Grade | null
  /** A repeating alarm stands: ask again after its tone. */
  readonly repeats: Grade | null
  /** Something calls for the first time: do not wait for the next repeat. */
  readonly hasFresh: boolean
}

/** A grade that rises or an alarm that occurs again is a new call. */
function callOf(alarm: AlarmDto): string {
  return `${alarm.id} ${alarm.occurrences} ${alarm.grade}`
}

function mostUrgent(alarms: readonly AlarmDto[]): Grade | null {
  let worst: Grade | null = null
  for (const alarm of alarms) if (worst === null || alarm.grade < worst) worst = alarm.grade
  return worst
}

export function planSound(
  alarms: Iterable<AlarmDto>,
  memory: SoundMemory,
  nowMs: number,
): SoundPlan {
  const calling = [...alarms].filter(needsAcknowledgement)
  const isSilent = nowMs < memory.silencedUntilMs
  const audible = calling.filter((alarm) => !isSilent || !memory.silenced.has(callOf(alarm)))
  const fresh = audible.filter((alarm) => !memory.heard.has(callOf(alarm)))
  const repeats = mostUrgent(audible.filter((alarm) => alarm.grade <= 2))
  const worstFresh = mostUrgent(fresh)
  return {
    memory: { ...memory, heard: new Set(calling.map(callOf)) },
    now: repeats ?? worstFresh,
    repeats,
    hasFresh: fresh.length > 0,
  }
}

export function silence(
  alarms: Iterable<AlarmDto>,
  memory: SoundMemory,
  nowMs: number,
): SoundMemory {
  const calling = [...alarms].filter(needsAcknowledgement)
  return {
    ...memory,
    silencedUntilMs: nowMs + SILENCE_MS,
    silenced: new Set(calling.map(callOf)),
  }
}

export function endSilence(memory: SoundMemory): SoundMemory {
  return { ...memory, silencedUntilMs: 0, silenced: new Set() }
}
