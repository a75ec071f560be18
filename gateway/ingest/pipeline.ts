import { type DeviceId, MARK, type ReadingBatch } from '#alerting/reading.ts'
import { marksIn } from '#alerting/reading-columns.ts'
import { REJECTED_INBOX_LIMITS } from '#config/limits.ts'
import type { Decoder } from '../decoders/decoder.ts'
import type { RejectedPart } from '../decoders/rejection.ts'
import type { Depositor } from '../depositor.ts'
import type { Journal } from '../journal/journal.ts'
import type { PointDefinition } from '../registry/types.ts'
import type { LatestReading } from '../timeseries/time-series.ts'
import { DeviceIntake, PointIntake } from './device-intake.ts'
import { MessageReadings, type WorkDirectory } from './message-readings.ts'
import { type PendingAppend, PendingAppends } from './pending-appends.ts'
import type { RejectedInbox, RejectedMessage } from './rejected-inbox.ts'
import { SequenceCheck } from './sequence-check.ts'
import { meaningOf } from './topic-grammar.ts'

export interface DeviceDirectory {
  /** As long as it is the same, so is every answer. */
  readonly revision: number
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
  /** The same for those who only want to know when; the depositor may be told before this returns. */
  take(message: IncomingMessage, depositor: Depositor, ticket: number): void
  /** At start, before the first message: so that repeats and order are known across a restart. */
  seed(batches: readonly ReadingBatch[], latest: readonly LatestReading[]): void
  /** A device that is no longer registered. */
  forget(deviceId: string): void
  counts(): IngestCounts
}

export interface IngestOptions {
  /** Without it, nobody is. */
  readonly work?: WorkDirectory
  readonly journal: Pick<Journal, 'deposit'>
  readonly directory: DeviceDirectory
  readonly inbox: RejectedInbox
}

export function createIngest(options: IngestOptions): Ingest {
  return new Pipeline(options)
}

const NONE = [] as const
const ONLY_TICKET = 0

type Marked = Record<'late' | 'outOfOrder' | 'clockSkewed', number>

/** Of a message that was not simply taken: what is done once the rest of it is on disk. */
interface Rest {
  readonly duplicates: number
  readonly marked: Marked | null
  readonly entries: readonly RejectedMessage[]
}

class Pipeline implements Ingest, Depositor {
  readonly #journal: Pick<Journal, 'deposit'>
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
  /** Of the message before: many messages of one device come in a row. */
  #last: {
    readonly deviceId: string
    readonly revision: number
    readonly device: DeviceIntake
  } | null = null
  readonly #pending = new PendingAppends<Rest>()
  /** Repeats whose originals are among the appends up to the one of that number. */
  #repeats: (PendingAppend<Rest> & { readonly upTo: number })[] = []
  /** Why the journal refused what it had taken: it does so at its end, and takes nothing after it. */
  #journalEnded: unknown = null

  constructor({ journal, directory, inbox, work }: IngestOptions) {
    this.#readings = new MessageReadings({ sequence: this.#sequence, work: work ?? null })
    this.#journal = journal
    this.#directory = directory
    this.#inbox = inbox
  }

  async accept(message: IncomingMessage): Promise<AcceptSummary> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const settled = (_ticket: number, error: unknown) =>
      error === null ? resolve() : reject(error)
    this.take(message, { settled }, ONLY_TICKET)
    const { length: accepted, duplicates, rejected } = this.#readings
    await promise
    return { accepted, duplicates, rejected }
  }

  take(message: IncomingMessage, depositor: Depositor, ticket: number): void {
    // Nothing here waits before the append: messages keep their order.
    const arrivedAtMs = this.#arrivalOf(message)
    const readings = this.#readings
    readings.begin(arrivedAtMs)
    this.#understand(message, readings)
    const rest = restOf(message, readings)
    if (readings.length > 0) this.#append(rest, depositor, ticket)
    else if (readings.duplicates > 0) this.#afterAppends({ depositor, ticket, accepted: 0, rest })
    else this.#settle({ depositor, ticket, accepted: 0, rest }, null)
  }

  /** By the journal, in the order of the appends. */
  settled(_ticket: number, error: unknown): void {
    this.#journalEnded ??= error
    this.#settle(this.#pending.shift(), error)
    if (this.#repeats.length > 0) this.#settleRepeats(error)
  }

  seed(batches: readonly ReadingBatch[], latest: readonly LatestReading[]): void {
    this.#sequence.seed(batches, latest)
    const newest = batches.at(-1)?.readings.at(-1)
    this.#lastArrivedAtMs = Math.max(this.#lastArrivedAtMs, newest?.arrivedAtMs ?? 0)
  }

  forget(deviceId: string): void {
    this.#devices.delete(deviceId)
    this.#last = null
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
    const { revision } = this.#directory
    const last = this.#last
    if (last?.deviceId === deviceId && last.revision === revision) return last.device
    const device = this.#lookUp(deviceId)
    this.#last = device === null ? null : { deviceId, revision, device }
    return device
  }

  #lookUp(deviceId: DeviceId): DeviceIntake | null {
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

  #append(rest: Rest | null, depositor: Depositor, ticket: number): void {
    const readings = this.#readings
    try {
      this.#journal.deposit(readings, this, ONLY_TICKET)
      this.#pending.push(depositor, ticket, readings.length, rest)
    } catch (error) {
      readings.retract()
      depositor.settled(ticket, error)
    }
  }

  /** The original of a repeat may still be on its way to the disk, or have been refused at the end. */
  #afterAppends(repeat: PendingAppend<Rest>): void {
    const { begun, settled } = this.#pending
    if (settled === begun) this.#settle(repeat, this.#journalEnded)
    else this.#repeats.push({ ...repeat, upTo: begun })
  }

  #settleRepeats(error: unknown): void {
    const { settled } = this.#pending
    const due = this.#repeats.filter(({ upTo }) => upTo <= settled)
    this.#repeats = this.#repeats.filter(({ upTo }) => upTo > settled)
    for (const repeat of due) this.#settle(repeat, error)
  }

  #settle({ depositor, ticket, accepted, rest }: PendingAppend<Rest>, error: unknown): void {
    if (error === null) {
      this.#counts.messages += 1
      this.#counts.accepted += accepted
      if (rest !== null) this.#finish(rest)
    }
    depositor.settled(ticket, error)
  }

  #finish({ duplicates, marked, entries }: Rest): void {
    const counts = this.#counts
    counts.duplicates += duplicates
    counts.late += marked?.late ?? 0
    counts.outOfOrder += marked?.outOfOrder ?? 0
    counts.clockSkewed += marked?.clockSkewed ?? 0
    for (const entry of entries) this.#inbox.record(entry)
  }
}

/** Null, as nearly always: all of it was taken, without a mark. */
function restOf(message: IncomingMessage, readings: MessageReadings): Rest | null {
  const { duplicates, rejected, arrivedAtMs } = readings
  const marked = markedIn(readings)
  if (duplicates === 0 && rejected.length === 0 && marked === null) return null
  return { duplicates, marked, entries: inboxEntries(message, arrivedAtMs, rejected) }
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
  if (rejected.length === 0) return NONE
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
