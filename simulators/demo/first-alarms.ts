import { io, type Socket } from 'socket.io-client'
import type {
  AlarmDto,
  AlarmEvent,
  ClientToServerEvents,
  ServerToClientEvents,
} from '#gateway/contract.ts'
import type { ApiClient } from '../api-client.ts'

export type LiveSocket = Socket<ServerToClientEvents, ClientToServerEvents>

/** A live feed with the rights of who is logged in to `api`. */
export function openLiveFeed(api: ApiClient): LiveSocket {
  return io(api.baseUrl, {
    transports: ['websocket'],
    extraHeaders: { ...api.headers },
    forceNew: true,
  })
}

export const GRADE_NAMES: Readonly<Record<AlarmDto['grade'], string>> = {
  1: '红 red',
  2: '橙 orange',
  3: '黄 yellow',
  4: '蓝 blue',
}

/** Tells once of the first alarm of each grade that begins or rises after the start. */
export function tellFirstAlarms(live: LiveSocket, tell: (alarm: AlarmEvent) => void): void {
  const told = new Set<AlarmDto['grade']>()
  live.on('alarm', (alarm) => {
    if (alarm.state !== 'unacknowledged' || told.has(alarm.grade)) return
    told.add(alarm.grade)
    tell(alarm)
  })
}
