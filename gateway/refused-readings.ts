import type { BaseLogger } from 'pino'
import type { Clock } from '#alerting/clock.ts'
import type { RejectedInbox, RejectedMessage } from './ingest/rejected-inbox.ts'
import type { RefusedReadings } from './timeseries/influx-batch.ts'

/**
 * Puts readings that the time-series server refused for good where people look: the rejected inbox, one
 * message a device, with the server's reason. Resolves when they are stored there.
 */
export async function putRefusedAside(
  refusals: readonly RefusedReadings[],
  {
    clock,
    inbox,
    logger,
  }: {
    readonly clock: Clock
    readonly inbox: Pick<RejectedInbox, 'record' | 'flush'>
    readonly logger: Pick<BaseLogger, 'error'>
  },
): Promise<void> {
  for (const { readings, reason } of refusals) {
    const details = { count: readings.length, first: readings[0], reason }
    logger.error(details, 'the time-series server refuses readings for good')
  }
  for (const message of toMessages(refusals, clock.nowMs())) inbox.record(message)
  await inbox.flush()
}

function toMessages(
  refusals: readonly RefusedReadings[],
  nowMs: number,
): readonly RejectedMessage[] {
  return refusals.flatMap(({ readings, reason }) =>
    [...Map.groupBy(readings, ({ deviceId }) => deviceId)].map(([deviceId, ofDevice]) => {
      const payload = new TextEncoder().encode(JSON.stringify(ofDevice))
      return {
        deviceId,
        receivedAtMs: nowMs,
        topic: '',
        reason: 'refused_by_store',
        detail: reason,
        payload,
        payloadBytes: payload.length,
      } satisfies RejectedMessage
    }),
  )
}
