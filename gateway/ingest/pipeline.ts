import type { Clock } from '#alerting/clock.ts'
import { type DeviceId, MARK, type Reading, type ReadingBatch } from '#alerting/reading.ts'
import { REJECTED_INBOX_LIMITS } from '#config/limits.ts'
import type { Decoder } from '../decoders/decoder.ts'
import { type RejectedPart, RejectedParts, type RejectionReason } from '../decoders/rejection.ts'
import type { Journal, Settled } from '../journal/journal.ts'
import type { PointDefinition } from '../registry/types.ts'
import type { LatestReading } from '../timeseries/time-series.ts'
import { MessageReadings, type WorkDirectory } from './message-readings.ts'
import type { RejectedInbox, RejectedMessage } from './rejected-inbox.ts'
import { SequenceCheck } from './sequence-check.ts'
import { meaningOf } from './topic-grammar.ts'

export interface DeviceDirectory {
  /** The points of a device's profile; null: no such device. */
  pointsOf(deviceId: string): ReadonlyMap<string, PointDefinition> | null
}

/** A payload from a device that has proved to be this device. */
export interface IncomingMessage {
  readonly deviceId: DeviceId
  readonly topicName: string
  readonly payload: Uint8Array
  readonly arrivedAtMs: number
}

export interface AcceptSummary {
  /** Readings that are on disk now. */
  readonly accepted: number
  /** Repeats of readings that were on disk before. */
  readonly duplicates: number
  /** What was not taken, and why. */
  readonly rejected: readonly RejectedPart[]
}

/** Since the start, for instruments. */
export interface IngestCounts {
  readonly messages: number
  readonly accepted: number
  readonly duplicates: number
  readonly late: number
  readonly outOfOrder: number
  readonly clockSkewed: number
}

export interface Ingest {
  /**
   * Resolves when everything usable in the message is on disk and the rest in the inbox: only then may
   * the device be answered. A repeat resolves when its original is on disk. Rejects with the
   * journal's `CodedError` when it refuses; the device is to send again, and nothing counts as a repeat
   * then. Messages are journaled in the order of the calls.
   */
  accept(message: IncomingMessage): Promise<AcceptSummary>
  /** The same for those who only want to know when; `settled` may be called before this returns. */
  take(message: IncomingMessage, settled: Settled): void
  /** At start, before the first message: so that repeats and order are known across a restart. */
  seed(batches: readonly ReadingBatch[], latest: readonly LatestReading[]): void
  /** A device that is no longer registered. */
  forget(deviceId: string): void
  counts(): IngestCounts
}

export interface IngestOptions {
  /** Without it, nobody is. */
  readonly work?: WorkDirectory
  readonly journal: Pick<Journal, 'appendThen'>
  readonly directory: DeviceDirectory
  readonly inbox: RejectedInbox
  readonly clock: Clock
}

export function createIngest(options: IngestOptions): Ingest {
  return new Pipeline(options)
}

const NONE = [] as const

/** What one message came to, before the disk. */
interface Outcome {
  readonly readings: readonly Reading[]
  readonly duplicates: number
  readonly rejected: readonly RejectedPart[]
}

type Answer = (error: Error | null, summary: AcceptSummary) => void

type Marked = Record<'late' | 'outOfOrder' | 'clockSkewed', number>

/** What is left of a message while its readings are on their way to the disk. */
interface Taken {
  readonly summary: AcceptSummary
  readonly marked: Marked | null
  readonly entries: readonly RejectedMessage[]
  readonly settled: Answer
}

class Pipeline implements Ingest {
  readonly #journal: Pick<Journal, 'appendThen'>
  readonly #directory: DeviceDirectory
  readonly #inbox: RejectedInbox
  readonly #clock: Clock
  readonly #work: WorkDirectory | null
  readonly #sequence = new SequenceCheck()
  readonly #counts = {
    messages: 0,
    accepted: 0,
    duplicates: 0,
    late: 0,
    outOfOrder: 0,
    clockSkewed: 0,
  }
  #lastArrivedAtMs = 0
  readonly #meanings = new Map<string, { readonly topicName: string; readonly decoder: Decoder }>()
  /** Appends the journal took, and how many of them it has settled, which it does in order. */
  #begun = 0
  #settled = 0
  /** Repeats whose originals are among the appends up to the one of that number. */
  #repeats: { readonly upTo: number; readonly taken: Taken }[] = []
  /** Why the journal refused what it had taken: it does so at its end, and takes nothing after it. */
  #journalEnded: Error | null = null

  constructor({ journal, directory, inbox, clock, work }: IngestOptions) {
    this.#work = work ?? null
    this.#journal = journal
    this.#directory = directory
    this.#inbox = inbox
    this.#clock = clock
  }

  accept(message: IncomingMessage): Promise<AcceptSummary> {
    return new Promise((resolve, reject) => {
      this.#take(message, (error, summary) => {
        if (error === null) resolve(summary)
        else reject(error)
      })
    })
  }

  take(message: IncomingMessage, settled: Settled): void {
    this.#take(message, settled)
  }

  #take(message: IncomingMessage, settled: Answer): void {
    // Nothing here waits before the append: messages keep their order.
    const arrivedAtMs = this.#arrivalOf(message)
    const { readings, duplicates, rejected } = this.#understand(message, arrivedAtMs)
    const taken: Taken = {
      summary: { accepted: readings.length, duplicates, rejected },
      marked: markedIn(readings),
      entries: rejected.length === 0 ? NONE : inboxEntries(message, arrivedAtMs, rejected),
      settled,
    }
    if (readings.length > 0) this.#append(readings, taken)
    else if (duplicates > 0) this.#afterAppends(taken)
    else this.#settle(taken, null)
  }

  seed(batches: readonly ReadingBatch[], latest: readonly LatestReading[]): void {
    this.#sequence.seed(batches, latest)
    const newest = batches.at(-1)?.readings.at(-1)
    this.#lastArrivedAtMs = Math.max(this.#lastArrivedAtMs, newest?.arrivedAtMs ?? 0)
  }

  forget(deviceId: string): void {
    this.#meanings.delete(deviceId)
    this.#sequence.forget(deviceId)
    this.#inbox.forget(deviceId)
  }

  counts(): IngestCounts {
    return { ...this.#counts }
  }

  /**
   * A message may have waited its turn since it came. It counts as arrived when it is journaled, for
   * timers may have run up to now, and nothing may arrive before an instant that has passed.
   */
  #arrivalOf({ arrivedAtMs }: IncomingMessage): number {
    this.#lastArrivedAtMs = Math.max(this.#lastArrivedAtMs, arrivedAtMs, this.#clock.nowMs())
    return this.#lastArrivedAtMs
  }

  #understand({ deviceId, topicName, payload }: IncomingMessage, arrivedAtMs: number): Outcome {
    const decoder = this.#decoderOf(deviceId, topicName)
    if (typeof decoder !== 'function') return decoder
    const points = this.#directory.pointsOf(deviceId)
    if (points === null) return refused('unknown_device', `There is no device ${deviceId}.`)
    const decoded = decoder(payload)
    if (!decoded.ok) return refused(decoded.reason, decoded.detail)
    const message = new MessageReadings({
      deviceId,
      points,
      arrivedAtMs,
      sequence: this.#sequence,
      work: this.#work,
    })
    if (decoded.rejected.length > 0) message.reject(decoded.rejected)
    for (const sample of decoded.samples) message.take(sample)
    return {
      readings: message.readings,
      duplicates: message.duplicates,
      rejected: message.rejected,
    }
  }

  /** Devices use the same topic again and again: what it means is worked out once. */
  #decoderOf(deviceId: string, topicName: string): Decoder | Outcome {
    const known = this.#meanings.get(deviceId)
    if (known !== undefined && known.topicName === topicName) return known.decoder
    const meaning = meaningOf(topicName)
    if (meaning === null) return refused('unknown_topic', 'No readings are sent to this topic.')
    if (meaning.deviceId !== deviceId) {
      return refused('foreign_topic', `The topic is that of ${meaning.deviceId}.`)
    }
    const { decoder } = meaning
    if (this.#directory.pointsOf(deviceId) !== null) {
      this.#meanings.set(deviceId, { topicName, decoder })
    }
    return decoder
  }

  #append(readings: readonly Reading[], taken: Taken): void {
    try {
      this.#journal.appendThen(readings, this.#settlingOf(taken))
      this.#begun += 1
    } catch (error) {
      this.#sequence.retract(readings)
      taken.settled(error instanceof Error ? error : new Error(String(error)), taken.summary)
    }
  }

  /** Apart from `#append`, so that what waits for the disk does not hold on to the readings. */
  #settlingOf(taken: Taken): Settled {
    return (error) => {
      this.#journalEnded ??= error
      this.#settled += 1
      this.#settle(taken, error)
      if (this.#repeats.length > 0) this.#settleRepeats(error)
    }
  }

  /** The original of a repeat may still be on its way to the disk, or have been refused at the end. */
  #afterAppends(taken: Taken): void {
    if (this.#settled === this.#begun) this.#settle(taken, this.#journalEnded)
    else this.#repeats.push({ upTo: this.#begun, taken })
  }

  #settleRepeats(error: Error | null): void {
    const due = this.#repeats.filter(({ upTo }) => upTo <= this.#settled)
    this.#repeats = this.#repeats.filter(({ upTo }) => upTo > this.#settled)
    for (const { taken } of due) this.#settle(taken, error)
  }

  #settle({ summary, marked, entries, settled }: Taken, error: Error | null): void {
    if (error === null) {
      this.#count(summary, marked)
      for (const entry of entries) this.#inbox.record(entry)
    }
    settled(error, summary)
  }

  #count({ accepted, duplicates }: AcceptSummary, marked: Marked | null): void {
    const counts = this.#counts
    counts.messages += 1
    counts.accepted += accepted
    counts.duplicates += duplicates
    if (marked === null) return
    counts.late += marked.late
    counts.outOfOrder += marked.outOfOrder
    counts.clockSkewed += marked.clockSkewed
  }
}

/** Null, as nearly always, when none has a mark. */
function markedIn(readings: readonly Reading[]): Marked | null {
  let marked: Marked | null = null
  for (const { marks } of readings) {
    if (marks === MARK.none) continue
    marked ??= { late: 0, outOfOrder: 0, clockSkewed: 0 }
    if ((marks & MARK.late) !== 0) marked.late += 1
    if ((marks & MARK.outOfOrder) !== 0) marked.outOfOrder += 1
    if ((marks & MARK.clockSkewed) !== 0) marked.clockSkewed += 1
  }
  return marked
}

/**
 * One message in the inbox for each reason. With a copy of the payload's head, for its memory is the
 * broker's again as soon as we wait.
 */
function inboxEntries(
  { deviceId, topicName, payload }: IncomingMessage,
  receivedAtMs: number,
  rejected: readonly RejectedPart[],
): readonly RejectedMessage[] {
  if (rejected.length === 0) return []
  const head = new Uint8Array(payload.subarray(0, REJECTED_INBOX_LIMITS.payloadSampleBytesMax))
  const byReason = Map.groupBy(rejected, ({ reason }) => reason)
  return Array.from(byReason, ([reason, parts]) => ({
    deviceId,
    receivedAtMs,
    topic: topicName,
    reason,
    detail: sentenceOf(parts),
    payload: head,
    payloadBytes: payload.length,
  }))
}

function refused(reason: RejectionReason, detail: string): Outcome {
  const rejected = new RejectedParts()
  rejected.add(reason, detail)
  return { readings: [], duplicates: 0, rejected: rejected.parts }
}

/** The first complaint, and how many more there are. */
function sentenceOf(parts: readonly RejectedPart[]): string {
  const [first] = parts
  const point = first?.point === undefined ? '' : `${first.point}: `
  const others = parts.reduce((sum, { count }) => sum + count, 0) - 1
  return `${point}${first?.detail ?? ''}${others > 0 ? ` (and ${others} more)` : ''}`
}
