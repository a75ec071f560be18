import type { RobotManners } from '#alerting/channels/robot.ts'
import {
  isRobot,
  type NotificationChannel,
  ROBOT_KINDS,
  type RobotKind,
} from '#alerting/notification/notification-channel.ts'
import type { Pace } from '#alerting/notification/pace.ts'
import type { Settings } from '#config/schema.ts'

type RobotSettings = Settings['notification']['robots']

/** A minute, and a second because the receiver counts by when messages come in. */
const WINDOW_MS = 61_000

export function robotManners(settings: RobotSettings): Readonly<Record<RobotKind, RobotManners>> {
  const of = (kind: RobotKind): RobotManners => {
    const { rateLimitCodes, authCodes, blockedSeconds } = settings[kind]
    return { rateLimitCodes, authCodes, blockedMs: blockedSeconds * 1_000 }
  }
  const manners = ROBOT_KINDS.map((kind) => [kind, of(kind)] as const)
  return Object.fromEntries(manners) as Record<RobotKind, RobotManners>
}

/** The pace of each robot that is in use. */
export function robotPaces(
  settings: RobotSettings,
  channels: readonly NotificationChannel[],
): ReadonlyMap<string, Pace> {
  const robots = channels.filter(isRobot).filter(({ enabled }) => enabled)
  return new Map(
    robots.map(({ id, kind }) => [
      id,
      {
        messagesMax: settings[kind].messagesPerMinute,
        windowMs: WINDOW_MS,
        mergeMs: settings.mergeSeconds * 1_000,
      },
    ]),
  )
}
