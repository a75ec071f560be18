import { ALARM_LIMITS } from '#config/limits.ts'
import type { Clock } from '../clock.ts'
import { CodedError } from '../errors.ts'
import { pause } from '../pause.ts'
import { ALARM_ERROR_SENTENCES, type AlarmErrorCode } from './alarm-errors.ts'
import type { AlarmCommit, AlarmStore } from './alarm-store.ts'

/** What is to be committed, worked out when its turn comes, and what follows when it stands. */
export interface Prepared {
  readonly commit: AlarmCommit
  readonly done: () => void
}

interface Task {
  /** Verbs do not wait for a database that refuses: who asked is told so. */
  readonly isVerb: boolean
  readonly run: () => Promise<void>
  readonly reject: (error: unknown) => void
}

/**
 * One commit at a time, in the order they were asked for. `persist` tries until the commit stands,
 * whatever comes behind it waiting; `tryOnce` gives up at the first failure, and is refused at once
 * while another commit is being tried again. Only `database_unavailable` is worth another try.
 */
export class CommitQueue {
  readonly #store: AlarmStore
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  #tasks: Task[] = []
  #pump: Promise<void> | null = null
  #failingSinceMs: number | null = null

  constructor({ store, clock }: { readonly store: AlarmStore; readonly clock: Clock }) {
    this.#store = store
    this.#clock = clock
  }

  get failingSinceMs(): number | null {
    return this.#failingSinceMs
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#refuse(() => true, 'alarms_stopped')
    await this.#pump
  }

  async persist(prepare: () => Prepared): Promise<void> {
    await this.#enqueue({ isVerb: false, work: () => this.#persistNow(prepare()) })
  }

  /** As `persist`, behind a reservation of so many orders; `prepare` is given the first. */
  async persistOrdered(count: number, prepare: (firstOrder: number) => Prepared): Promise<void> {
    await this.#enqueue({
      isVerb: false,
      work: async () => {
        let firstOrder = 0
        await this.#untilItStands(async () => {
          firstOrder = await this.#store.reserveOrders(count)
        })
        await this.#persistNow(prepare(firstOrder))
      },
    })
  }

  /** As `persist`, for what nobody waits for. A defect in it surfaces as an unhandled rejection. */
  persistInBackground(prepare: () => Prepared): void {
    void this.persist(prepare).catch((error: unknown) => {
      // Stopped before it stood: it is done again after the next start.
      if (!(error instanceof CodedError && error.code === 'alarms_stopped')) throw error
    })
  }

  async tryOnce<Answer>(
    prepare: () => Promise<Prepared & { readonly answer: Answer }>,
  ): Promise<Answer> {
    if (this.#failingSinceMs !== null) throw refusal('database_unavailable')
    return await this.#enqueue({
      isVerb: true,
      work: async () => {
        const { commit, done, answer } = await prepare()
        await this.#store.commit(commit)
        done()
        return answer
      },
    })
  }

  #enqueue<Answer>({
    isVerb,
    work,
  }: {
    readonly isVerb: boolean
    readonly work: () => Promise<Answer>
  }): Promise<Answer> {
    if (this.#stopping.signal.aborted) return Promise.reject(refusal('alarms_stopped'))
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const run = () => work().then(resolve, reject)
    this.#tasks.push({ isVerb, run, reject })
    this.#pump ??= this.#runAll()
    return promise
  }

  async #runAll(): Promise<void> {
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      await task.run()
    }
    this.#pump = null
  }

  async #persistNow({ commit, done }: Prepared): Promise<void> {
    await this.#untilItStands(() => this.#store.commit(commit))
    done()
  }

  async #untilItStands(write: () => Promise<void>): Promise<void> {
    let delayMs: number = ALARM_LIMITS.commitRetryMsMin
    while (!(await this.#succeeds(write))) {
      await pause(this.#clock, delayMs, this.#stopping.signal)
      if (this.#stopping.signal.aborted) throw refusal('alarms_stopped')
      delayMs = Math.min(2 * delayMs, ALARM_LIMITS.commitRetryMsMax)
    }
    this.#failingSinceMs = null
  }

  async #succeeds(write: () => Promise<void>): Promise<boolean> {
    try {
      await write()
      return true
    } catch (error) {
      if (!(error instanceof CodedError && error.code === 'database_unavailable')) throw error
      this.#failingSinceMs ??= this.#clock.nowMs()
      this.#refuse(({ isVerb }) => isVerb, 'database_unavailable')
      return false
    }
  }

  #refuse(isMeant: (task: Task) => boolean, code: AlarmErrorCode): void {
    const refused = this.#tasks.filter(isMeant)
    this.#tasks = this.#tasks.filter((task) => !isMeant(task))
    for (const { reject } of refused) reject(refusal(code))
  }
}

function refusal(code: AlarmErrorCode): CodedError<AlarmErrorCode> {
  return new CodedError(code, ALARM_ERROR_SENTENCES[code])
}
