import { sql } from 'kysely'
import { createTask, type ScheduledTask } from 'node-cron'
import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import { JOB_LIMITS, TIME_SERIES_LIMITS } from '#config/limits.ts'
import type { Database } from '../database/open.ts'
import type { Resolution, TimeSeriesStore } from '../timeseries/time-series.ts'

const DAY_MS = 24 * 3_600_000

export const JOB_NAMES = [
  'readings-roll-up',
  'readings-retention',
  'expired-logins',
  'old-notifications',
  'risk-snapshot',
  'hazard-due-dates',
  'overdue-duties',
  'abandoned-files',
] as const
export type JobName = (typeof JOB_NAMES)[number]

export interface JobsOptions {
  readonly clock: Clock
  readonly logger: BaseLogger
  readonly timeSeries: Pick<TimeSeriesStore, 'rollUp' | 'retain'>
  readonly database: Pick<Database, 'kysely'>
  /** Keeps the risk of now for the replay; how many it kept. */
  readonly keepRisk: () => Promise<number>
  /** A divisor of 60. */
  readonly riskSnapshotMinutes: number
  /** Reminds of assessments that fall due; answers of how many sources. */
  readonly hazardReminders: { remind(): Promise<number> }
  /** Reminds of duties that are overdue; answers of how many sources. */
  readonly dutyReminders: { remind(): Promise<number> }
  /** Takes away files that nothing refers to; how many. */
  readonly sweepFiles: (signal: AbortSignal) => Promise<number>
  /** Days that readings and roll-ups are kept; the legal floor holds whatever this says. */
  readonly retentionDays: Readonly<Record<Resolution, number>>
}

/** How a job ended last, for the self-check. */
export interface JobOutcome {
  readonly name: JobName
  readonly atMs: number
  readonly ok: boolean
  /** About how much was done; or why it failed. */
  readonly detail: string
}

/** By local time; nightly work in the quiet hours, not at the full hour when everybody's jobs run. */
const SCHEDULE: Readonly<Record<Exclude<JobName, 'risk-snapshot'>, string>> = {
  'readings-roll-up': '7 * * * *',
  'readings-retention': '17 3 * * *',
  'expired-logins': '41 * * * *',
  'old-notifications': '29 4 * * *',
  // In the morning, when somebody is there to act on it.
  'hazard-due-dates': '7 8 * * *',
  'overdue-duties': '12 8 * * *',
  'abandoned-files': '53 4 * * *',
}

/** What the count of a job counts. */
const DONE: Readonly<Record<JobName, string>> = {
  'readings-roll-up': 'made',
  'readings-retention': 'removed',
  'expired-logins': 'removed',
  'old-notifications': 'removed',
  'risk-snapshot': 'made',
  'hazard-due-dates': 'reminded of',
  'overdue-duties': 'reminded of',
  'abandoned-files': 'removed',
}

/**
 * Housekeeping by the clock on the wall. A job that fails (disk full, store away) says so in the log
 * and the self-check and is tried again at its next time; a job that still runs is not started twice.
 */
export class Jobs {
  readonly #options: JobsOptions
  readonly #tasks: ScheduledTask[] = []
  readonly #running = new Map<JobName, Promise<JobOutcome>>()
  readonly #outcomes = new Map<JobName, JobOutcome>()
  readonly #stop = new AbortController()

  constructor(options: JobsOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#tasks.length > 0) return
    const { logger } = this.#options
    for (const name of JOB_NAMES) {
      const task = createTask(this.#scheduleOf(name), () => this.runNow(name), {
        name,
        unref: true,
        logger: {
          info: (message) => logger.debug({ job: name }, message),
          debug: (message) => logger.debug({ job: name }, String(message)),
          warn: (message) => logger.warn({ job: name }, message),
          error: (message) => logger.error({ job: name }, String(message)),
        },
      })
      this.#tasks.push(task)
      void task.start()
    }
  }

  /** Waits for what runs. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#tasks.map((task) => task.destroy()))
    await Promise.all(this.#running.values())
  }

  /** Never rejects: how it went is the answer. Joins a run that is under way. */
  runNow(name: JobName): Promise<JobOutcome> {
    const present = this.#running.get(name)
    if (present !== undefined) return present
    const run = this.#run(name).finally(() => this.#running.delete(name))
    this.#running.set(name, run)
    return run
  }

  outcomes(): readonly JobOutcome[] {
    return [...this.#outcomes.values()]
  }

  #scheduleOf(name: JobName): string {
    if (name !== 'risk-snapshot') return SCHEDULE[name]
    const { riskSnapshotMinutes } = this.#options
    return riskSnapshotMinutes === 60 ? '3 * * * *' : `*/${riskSnapshotMinutes} * * * *`
  }

  async #run(name: JobName): Promise<JobOutcome> {
    const { clock, logger } = this.#options
    const outcome = await this.#attempt(name, clock.nowMs())
    this.#outcomes.set(name, outcome)
    if (outcome.ok) logger.info({ job: name, detail: outcome.detail }, 'job done')
    else logger.error({ job: name, detail: outcome.detail }, 'job failed')
    return outcome
  }

  async #attempt(name: JobName, nowMs: number): Promise<JobOutcome> {
    try {
      const count = await this.#work(name, nowMs)
      const detail = `${count} ${DONE[name]}`
      return { name, atMs: nowMs, ok: true, detail }
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      return { name, atMs: nowMs, ok: false, detail }
    }
  }

  #work(name: JobName, nowMs: number): Promise<number> {
    switch (name) {
      case 'readings-roll-up':
        return this.#options.timeSeries.rollUp(nowMs - TIME_SERIES_LIMITS.rollUpGraceMs)
      case 'readings-retention':
        return this.#forgetReadings(nowMs)
      case 'expired-logins':
        return this.#forgetLogins(nowMs)
      case 'old-notifications':
        return this.#forgetNotifications(nowMs)
      case 'risk-snapshot':
        return this.#options.keepRisk()
      case 'hazard-due-dates':
        return this.#options.hazardReminders.remind()
      case 'overdue-duties':
        return this.#options.dutyReminders.remind()
      case 'abandoned-files':
        return this.#options.sweepFiles(this.#stop.signal)
      default:
        return name satisfies never
    }
  }

  #forgetReadings(nowMs: number): Promise<number> {
    const before = (resolution: Resolution) => {
      const set = this.#options.retentionDays[resolution]
      return nowMs - Math.max(set, TIME_SERIES_LIMITS.retentionDaysMin) * DAY_MS
    }
    return this.#options.timeSeries.retain({
      raw: before('raw'),
      minute: before('minute'),
      hour: before('hour'),
    })
  }

  /** They no longer open anything; this only keeps the tables small. */
  async #forgetLogins(nowMs: number): Promise<number> {
    const { kysely } = this.#options.database
    const sessions = await kysely
      .deleteFrom('sessions')
      .where('expires_at_ms', '<=', nowMs)
      .executeTakeFirst()
    const tokens = await kysely
      .deleteFrom('api_tokens')
      .where('expires_at_ms', '<=', nowMs)
      .executeTakeFirst()
    return Number(sessions.numDeletedRows + tokens.numDeletedRows)
  }

  /** Delivered ones only, bit by bit, so that an alarm never waits long for the writing connection. */
  async #forgetNotifications(nowMs: number): Promise<number> {
    const beforeMs = nowMs - JOB_LIMITS.notificationDaysMin * DAY_MS
    let gone = 0
    while (!this.#stop.signal.aborted) {
      const { numAffectedRows } = await sql`
        delete from outbox where sequence in (
          select sequence from outbox
          where state = 'delivered' and settled_at_ms < ${beforeMs}
          limit ${JOB_LIMITS.rowsPerDeleteMax}
        )`.execute(this.#options.database.kysely)
      const count = Number(numAffectedRows ?? 0)
      gone += count
      if (count < JOB_LIMITS.rowsPerDeleteMax) break
    }
    return gone
  }
}
