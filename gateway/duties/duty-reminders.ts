import type { Clock } from '#alerting/clock.ts'
import type { NotificationChannel } from '#alerting/notification/notification-channel.ts'
import type { OutboxEntry } from '#alerting/notification/outbox.ts'
import { type Reminder, reminderNotifications } from '#alerting/notification/reminder.ts'
import type { OverdueSource } from './duty-book.ts'

const DAY_MS = 24 * 3_600_000
/** What stays undone is told again each week, not each day: a reminder that comes daily is not read. */
const REMIND_EVERY_MS = 7 * DAY_MS

export interface DutyPlaces {
  organization(id: string): { readonly name: string } | null
  ancestors(id: string): readonly { readonly id: string }[]
}

/**
 * Reminds of sources whose persons have duties overdue: one message a source and week, to every
 * channel of the firm and above it. The week is part of a message's identity, so a second run, also
 * after a restart, tells nobody twice.
 */
export class DutyReminders {
  readonly #duties: { overdueSources(): readonly OverdueSource[] }
  readonly #places: DutyPlaces
  readonly #channels: () => readonly NotificationChannel[]
  readonly #outbox: { add(entries: readonly OutboxEntry[]): Promise<void> }
  readonly #clock: Clock

  constructor(options: {
    readonly duties: { overdueSources(): readonly OverdueSource[] }
    readonly places: DutyPlaces
    readonly channels: () => readonly NotificationChannel[]
    readonly outbox: { add(entries: readonly OutboxEntry[]): Promise<void> }
    readonly clock: Clock
  }) {
    this.#duties = options.duties
    this.#places = options.places
    this.#channels = options.channels
    this.#outbox = options.outbox
    this.#clock = options.clock
  }

  /** How many sources were reminded of, this week's earlier reminders among them. */
  async remind(): Promise<number> {
    const nowMs = this.#clock.nowMs()
    const channels = this.#channels()
    const overdue = this.#duties.overdueSources()
    for (const source of overdue) {
      const entries = reminderNotifications(this.#reminder(source, nowMs), channels, nowMs)
      if (entries.length > 0) await this.#outbox.add(entries)
    }
    return overdue.length
  }

  #reminder({ source, count, oldestDueAtMs }: OverdueSource, nowMs: number): Reminder {
    const { id, name, organizationId } = source
    const week = Math.floor(nowMs / REMIND_EVERY_MS)
    return {
      cause: ['duties', id, String(week)],
      organizationId,
      organizationPath: [
        organizationId,
        ...this.#places.ancestors(organizationId).map((one) => one.id),
      ],
      place: this.#places.organization(organizationId)?.name ?? '',
      subject: name,
      title: {
        zh: `包保责任有 ${count} 项逾期`,
        en: `${count} ${count === 1 ? 'duty' : 'duties'} of responsible persons overdue`,
      },
      dueAtMs: oldestDueAtMs,
      daysLeft: -Math.ceil((nowMs - oldestDueAtMs) / DAY_MS),
      data: { hazardSourceId: id, overdueDuties: count },
    }
  }
}
