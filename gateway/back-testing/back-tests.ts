import { randomUUID } from 'node:crypto'
import type { Clock } from '#alerting/clock.ts'
import { CodedError } from '#alerting/errors.ts'
import type { AlarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import type { BackTestResult } from '#alerting/rules/back-test.ts'
import { appliesTo } from '#alerting/rules/resolve-rule.ts'
import { BACK_TEST_LIMITS } from '#config/limits.ts'
import { type BackTestGround, runBackTest } from './run-back-test.ts'

export interface BackTestRequest {
  readonly rule: AlarmRuleDraft
  /** The version in force, run over the same readings to compare with; null: there is none. */
  readonly active: AlarmRuleDraft | null
  readonly deviceIds: readonly string[]
  readonly fromMs: number
  readonly toMs: number
}

export interface BackTestJob {
  readonly id: string
  /** Of the account that began it. */
  readonly ownerId: string
  readonly request: BackTestRequest
  readonly state: 'running' | 'done' | 'cancelled' | 'failed'
  /** 0 … 1 */
  readonly share: number
  readonly readings: number
  readonly draft: BackTestResult | null
  readonly active: BackTestResult | null
  readonly detail: string
}

interface Running {
  job: BackTestJob
  readonly abort: AbortController
  readonly ended: Promise<void>
  endedAtMs: number | null
}

export interface BackTestsOptions extends BackTestGround {
  readonly clock: Clock
}

/**
 * Runs rules over stored readings, in the background and in turns with everything else. Few at a
 * time; what is finished can be looked at for a while and is then forgotten, a restart forgets all.
 * Codes: `too_many`, `not_found`.
 */
export class BackTests {
  readonly #options: BackTestsOptions
  readonly #jobs = new Map<string, Running>()

  constructor(options: BackTestsOptions) {
    this.#options = options
  }

  begin(request: BackTestRequest, ownerId: string): BackTestJob {
    this.#forgetOld()
    const running = [...this.#jobs.values()].filter(({ job }) => job.state === 'running')
    if (running.length >= BACK_TEST_LIMITS.runningMax) {
      throw new CodedError('too_many', 'As many back-tests as may run at a time are running.', {
        hint: 'Wait for one to end, or cancel one.',
      })
    }
    const job: BackTestJob = {
      id: randomUUID(),
      ownerId,
      request,
      state: 'running',
      share: 0,
      readings: 0,
      draft: null,
      active: null,
      detail: '',
    }
    const abort = new AbortController()
    const { promise, resolve } = Promise.withResolvers<void>()
    const entry: Running = { job, abort, ended: promise, endedAtMs: null }
    this.#jobs.set(job.id, entry)
    void this.#run(entry).finally(resolve)
    return job
  }

  job(id: string): BackTestJob | null {
    this.#forgetOld()
    return this.#jobs.get(id)?.job ?? null
  }

  /** Resolves when it has ended, or after `BACK_TEST_LIMITS.waitMsMax`. */
  async settled(id: string): Promise<BackTestJob | null> {
    const entry = this.#jobs.get(id)
    if (entry === undefined) return null
    const { clock } = this.#options
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = clock.wakeAt(clock.nowMs() + BACK_TEST_LIMITS.waitMsMax, resolve)
    await Promise.race([entry.ended, promise])
    cancel()
    return entry.job
  }

  cancel(id: string): void {
    this.#jobs.get(id)?.abort.abort()
  }

  async stop(): Promise<void> {
    for (const id of this.#jobs.keys()) this.cancel(id)
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended))
  }

  /** Whatever goes wrong is the state of the job: nobody waits for this promise to say so. */
  async #run(entry: Running): Promise<void> {
    const { request } = entry.job
    try {
      const parts = request.active === null ? 1 : 2
      // A draft that is switched off is tried as it would be once it is on.
      const tried = { ...request.rule, enabled: true }
      const draft = await this.#test(entry, tried, { from: 0, parts })
      const active =
        request.active === null
          ? null
          : await this.#test(entry, request.active, { from: 1, parts, isInScopeOnly: true })
      entry.job = { ...entry.job, state: 'done', share: 1, draft, active }
    } catch (error) {
      const isCancelled = entry.abort.signal.aborted
      const detail = isCancelled ? '' : error instanceof Error ? error.message : String(error)
      entry.job = { ...entry.job, state: isCancelled ? 'cancelled' : 'failed', detail }
    }
    entry.endedAtMs = this.#options.clock.nowMs()
  }

  async #test(
    entry: Running,
    draft: AlarmRuleDraft,
    part: {
      readonly from: number
      readonly parts: number
      /** A draft is tried on any device; what is in force rings only where it applies. */
      readonly isInScopeOnly?: boolean
    },
  ): Promise<BackTestResult> {
    const { deviceIds: asked, fromMs, toMs } = entry.job.request
    const deviceIds =
      part.isInScopeOnly === true ? asked.filter((id) => this.#isFor(draft, id)) : asked
    return await runBackTest(this.#options, {
      rule: draft,
      deviceIds,
      fromMs,
      toMs,
      signal: entry.abort.signal,
      onProgress: ({ share, readings }) => {
        const whole = (part.from + Math.min(1, Math.max(0, share))) / part.parts
        entry.job = { ...entry.job, share: whole, readings }
      },
    })
  }

  #isFor(rule: AlarmRuleDraft, deviceId: string): boolean {
    const place = this.#options.placeOf(deviceId)
    return place !== null && appliesTo(rule, place)
  }

  #forgetOld(): void {
    const nowMs = this.#options.clock.nowMs()
    const ended = [...this.#jobs].filter(([, { endedAtMs }]) => endedAtMs !== null)
    const tooMany = ended.length - BACK_TEST_LIMITS.keptMax
    for (const [index, [id, { endedAtMs }]] of ended.entries()) {
      const isOld = nowMs - (endedAtMs ?? nowMs) > BACK_TEST_LIMITS.keptMs
      if (isOld || index < tooMany) this.#jobs.delete(id)
    }
  }
}
