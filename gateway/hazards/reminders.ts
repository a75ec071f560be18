import type { Clock } from '#alerting/clock.ts'
import type { NotificationChannel } from '#alerting/notification/notification-channel.ts'
import { type Reminder, reminderNotifications } from '#alerting/notification/reminder.ts'
import { HAZARD_LIMITS } from '#config/limits.ts'
import type { DueSource, HazardReminderStore } from '../database/hazard-reminder-store.ts'
import { dayOf, daysUntil } from './due-dates.ts'
import type { HazardTerms } from './hazard-terms.ts'

const DAY_MS = 24 * 3_600_000

/** Whose a source is, in ids and names. */
export interface ReminderPlaces {
  organization(id: string): { readonly name: string } | null
  ancestors(id: string): readonly { readonly id: string }[]
}

/**
 * The step a source has reached: the nearest of the days ahead that has come. A gateway that was
 * off for a month reminds of the step that holds now, not of all it missed.
 */
export function reminderStep(
  dueAtMs: number,
  reminderDays: readonly number[],
  nowMs: number,
): number | null {
  const left = daysUntil(dueAtMs, nowMs)
  const reached = reminderDays.filter((days) => left <= days)
  return reached.length === 0 ? null : Math.min(...reached)
}

/** Reminds of assessments that fall due, each step once: message and mark are one transaction. */
export class HazardReminders {
  readonly #store: HazardReminderStore
  readonly #places: ReminderPlaces
  readonly #terms: HazardTerms
  readonly #channels: () => readonly NotificationChannel[]
  readonly #clock: Clock

  constructor(options: {
    readonly store: HazardReminderStore
    readonly places: ReminderPlaces
    readonly terms: HazardTerms
    readonly channels: () => readonly NotificationChannel[]
    readonly clock: Clock
  }) {
    this.#store = options.store
    this.#places = options.places
    this.#terms = options.terms
    this.#channels = options.channels
    this.#clock = options.clock
  }

  /** How many sources were reminded of. */
  async remind(): Promise<number> {
    const nowMs = this.#clock.nowMs()
    const { reminderDays } = this.#terms
    const beforeMs = nowMs + Math.max(...reminderDays) * DAY_MS
    let count = 0
    let after = ''
    while (true) {
      const limit = HAZARD_LIMITS.sourcesPerReminderStepMax
      const sources = await this.#store.due({ beforeMs, after, limit })
      for (const source of sources) {
        const step = reminderStep(source.dueAtMs, reminderDays, nowMs)
        if (step === null || source.remindedDays.includes(step)) continue
        const reminder = this.#reminder(source, { step, nowMs })
        const entries = reminderNotifications(reminder, this.#channels(), nowMs)
        await this.#store.remember({ source, step, nowMs, entries })
        count += 1
      }
      const last = sources.at(-1)
      if (last === undefined || sources.length < limit) return count
      after = last.id
    }
  }

  #reminder(
    source: DueSource,
    { step, nowMs }: { readonly step: number; readonly nowMs: number },
  ): Reminder {
    const { organizationId, name, number, dueAtMs } = source
    const above = this.#places.ancestors(organizationId).map(({ id }) => id)
    const daysLeft = daysUntil(dueAtMs, nowMs)
    return {
      cause: [source.id, String(dueAtMs), String(step)],
      organizationId,
      organizationPath: [organizationId, ...above],
      place: this.#places.organization(organizationId)?.name ?? '',
      subject: name,
      title: {
        zh: `重大危险源安全评估${daysLeft < 0 ? '已超期' : '到期'}（${dayOf(dueAtMs)}）`,
        en: `assessment of a hazard source ${daysLeft < 0 ? 'overdue' : 'due'} (${dayOf(dueAtMs)})`,
      },
      dueAtMs,
      daysLeft,
      data: { hazardSourceId: source.id, filingNumber: number },
    }
  }
}
