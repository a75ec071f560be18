import { z } from 'zod'
import type { QUALITIES } from '#alerting/reading.ts'
import { LIVE_LIMITS } from '#config/limits.ts'
import type { AlarmDto } from './alarms.ts'
import type { DeviceStatus } from './plant.ts'
import { id } from './values.ts'

/** The live feed: events over Socket.IO. */

export interface AlarmCounts {
  /** Open alarms by grade 1–4, and how many of them nobody has acknowledged. */
  readonly byGrade: Readonly<
    Record<'1' | '2' | '3' | '4', { readonly open: number; readonly unacknowledged: number }>
  >
  readonly byState: Readonly<Record<string, number>>
}

/** How many alarms the territory of this account got in the window of the flood settings. */
export interface FloodDto {
  readonly recent: number
  readonly startsAbove: number
  readonly endsBelow: number
  readonly windowSeconds: number
  /** Since when it is flooded; null: it is not. */
  readonly since: string | null
}

export interface Snapshot {
  /** Number of the last `alarm` event sent before it; the next one has this number plus one. */
  readonly sequence: number
  readonly at: string
  /** First page of open alarms, most urgent first. */
  readonly alarms: readonly AlarmDto[]
  readonly openTotal: number
  readonly counts: AlarmCounts
  readonly flood: FloodDto
}

export interface AlarmEvent extends AlarmDto {
  /**
   * Counts the alarm events sent over this connection, from its first snapshot on, whatever part of
   * the district the account sees. A gap therefore means loss: ask for a snapshot (`resync`).
   */
  readonly sequence: number
}

export interface LiveReading {
  readonly deviceId: string
  readonly point: string
  readonly ts: number
  readonly value: number | boolean
  readonly quality: (typeof QUALITIES)[number]
}

export interface DeviceEvent {
  readonly deviceId: string
  readonly status: DeviceStatus
  readonly at: string
}

/** Sent every few seconds, so that a browser knows that silence is peace and not a dead link. */
export interface Heartbeat {
  readonly at: string
  readonly counts: AlarmCounts
  readonly flood: FloodDto
}

export interface ServerToClientEvents {
  snapshot: (snapshot: Snapshot) => void
  alarm: (alarm: AlarmEvent) => void
  reading: (readings: readonly LiveReading[]) => void
  device: (event: DeviceEvent) => void
  heartbeat: (heartbeat: Heartbeat) => void
}

export interface ClientToServerEvents {
  watch: (
    request: { deviceIds: string[] },
    done: (answer: { ok: boolean; error?: string }) => void,
  ) => void
  /** Asks for a new snapshot, e.g. after a gap in the sequence. */
  resync: () => void
}

export const watchRequest = z.strictObject({
  deviceIds: z.array(id).max(LIVE_LIMITS.watchedDevicesMax),
})
