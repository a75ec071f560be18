import { type DeviceId, MARK, type ReadingBatch } from '#alerting/reading.ts'
import { marksIn } from '#alerting/reading-columns.ts'
import { REJECTED_INBOX_LIMITS } from '#config/limits.ts'
import type { Decoder } from '../decoders/decoder.ts'
import type { RejectedPart } from '../decoders/rejection.ts'
import type { Journal, Settled } from '../journal/journal.ts'
import type { PointDefinition } from '../registry/types.ts'
import type { LatestReading } from '../timeseries/time-series.ts'
import { DeviceIntake, PointIntake } from './device-intake.ts'
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
  /** Of the clock, in the turn of the event loop in which it is handed over, not when it began to wait for that. */
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
}

export function createIngest(options: IngestOptions): Ingest {
  return new Pipeline(options)
}

const NONE = [] as const

type Answer = (error: Error | null, summary: AcceptSummary) => void

type Marked = Record<'late' | 'outOfOrder' | 'clockSkewed', number>

/** What is left of a message while its readings are on their way to the disk. */
interface Taken extends AcceptSummary {
  readonly marked: Marked | null
  readonly entries: readonly RejectedMessage[]
  readonly settled: Answer
}

class Pipeline implements Ingest {
  readonly #journal: Pick<Journal, 'appendThen'>
  readonly #directory: DeviceDirectory
  readonly #inbox: RejectedInbox
  readonly #sequence = new SequenceCheck()
  /** Of the message in hand. */
  readonly #readings: MessageReadings
  readonly #counts = {
    messages: 0,
    accepted: 0,
    duplicates: 0,
    late: 0,
    outOfOrder: 0,
    clockSkewed: 0,
  }
  #lastArrivedAtMs = 0
  readonly #devices = new Map<string, DeviceIntake>()
  /** Appends the journal took, and how many of them it has settled, which it does in order. */
  #begun = 0
  #settled = 0
  /** Repeats whose originals are among the appends up to the one of that number. */
  #repeats: { readonly upTo: number; readonly taken: Taken }[] = []
  /** Why the journal refused what it had taken: it does so at its end, and takes nothing after it. */
  #journalEnded: Error | null = null

  constructor({ journal, directory, inbox, work }: IngestOptions) {
    this.#readings = new MessageReadings({ sequence: this.#sequence, work: work ?? null })
    this.#journal = journal
    this.#directory = directory
    this.#inbox = inbox
  }

  accept(message: IncomingMessage): Promise<AcceptSummary> {
    return new Promise((resolve, reject) => {
      this.#take(message, (error, { accepted, duplicates, rejected }) => {
        if (error === null) resolve({ accepted, duplicates, rejected })
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
    const readings = this.#readings
    readings.begin(arrivedAtMs)
    this.#understand(message, readings)
    const { length: accepted, duplicates, rejected } = readings
    const taken: Taken = {
      accepted,
      duplicates,
      rejected,
      marked: markedIn(readings),
      entries: rejected.length === 0 ? NONE : inboxEntries(message, arrivedAtMs, rejected),
      settled,
    }
    if (accepted > 0) this.#append(readings, taken)
    else if (duplicates > 0) this.#afterAppends(taken)
    else this.#settle(taken, null)
  }

  seed(batches: readonly ReadingBatch[], latest: readonly LatestReading[]): void {
    this.#sequence.seed(batches, latest)
    const newest = batches.at(-1)?.readings.at(-1)
    this.#lastArrivedAtMs = Math.max(this.#lastArrivedAtMs, newest?.arrivedAtMs ?? 0)
  }

  forget(deviceId: string): void {
    this.#devices.delete(deviceId)
    this.#sequence.forget(deviceId)
    this.#inbox.forget(deviceId)
  }

  counts(): IngestCounts {
    return { ...this.#counts }
  }

  /** Never decreases, for timers may have run up to now, and nothing may arrive before an instant that has passed. */
  #arrivalOf({ arrivedAtMs }: IncomingMessage): number {
    if (arrivedAtMs > this.#lastArrivedAtMs) this.#lastArrivedAtMs = arrivedAtMs
    return this.#lastArrivedAtMs
  }

  #understand({ deviceId, topicName, payload }: IncomingMessage, into: MessageReadings): void {
    const device = this.#intakeOf(deviceId)
    const decoder = this.#decoderOf(deviceId, topicName, { device, into })
    if (decoder === null) return
    if (device === null) {
      into.reject('unknown_device', `There is no device ${deviceId}.`)
      return
    }
    const decoded = decoder(payload)
    if (!decoded.ok) {
      into.reject(decoded.reason, decoded.detail)
      return
    }
    into.rejectAll(decoded.rejected)
    into.take(decoded.values, device)
  }

  /** Null: there is no such device. */
  #intakeOf(deviceId: DeviceId): DeviceIntake | null {
    const points = this.#directory.pointsOf(deviceId)
    if (points === null) return null
    const known = this.#devices.get(deviceId)
    if (known?.points === points) return known
    const made = new DeviceIntake(points, (definition) => {
      const { name: point } = definition
      const history = this.#sequence.historyOf(deviceId, point)
      return new PointIntake({ deviceId, point }, definition, history)
    })
    this.#devices.set(deviceId, made)
    return made
  }

  /** Devices use the same topic again and again: what it means is worked out once. Null: it was refused. */
  #decoderOf(
    deviceId: string,
    topicName: string,
    { device, into }: { readonly device: DeviceIntake | null; readonly into: MessageReadings },
  ): Decoder | null {
    if (device !== null && device.topicName === topicName) return device.decoder
    const meaning = meaningOf(topicName)
    if (meaning === null) {
      into.reject('unknown_topic', 'No readings are sent to this topic.')
      return null
    }
    if (meaning.deviceId !== deviceId) {
      into.reject('foreign_topic', `The topic is that of ${meaning.deviceId}.`)
      return null
    }
    if (device !== null) {
      device.topicName = topicName
      device.decoder = meaning.decoder
    }
    return meaning.decoder
  }

  #append(readings: MessageReadings, taken: Taken): void {
    try {
      this.#journal.appendThen(readings, this.#settlingOf(taken))
      this.#begun += 1
    } catch (error) {
      readings.retract()
      taken.settled(error instanceof Error ? error : new Error(String(error)), taken)
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

  #settle(taken: Taken, error: Error | null): void {
    if (error === null) {
      this.#count(taken)
      for (const entry of taken.entries) this.#inbox.record(entry)
    }
    taken.settled(error, taken)
  }

  #count({ accepted, duplicates, marked }: Taken): void {
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
function markedIn({ flags, length }: MessageReadings): Marked | null {
  let marked: Marked | null = null
  for (let index = 0; index < length; index += 1) {
    const marks = marksIn(flags[index] as number)
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

/** The first complaint, and how many more there are. */
function sentenceOf(parts: readonly RejectedPart[]): string {
  const [first] = parts
  const point = first?.point === undefined ? '' : `${first.point}: `
  const others = parts.reduce((sum, { count }) => sum + count, 0) - 1
  return `${point}${first?.detail ?? ''}${others > 0 ? ` (and ${others} more)` : ''}`
}
