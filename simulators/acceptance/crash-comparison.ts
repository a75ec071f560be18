import { setTimeout as wait } from 'node:timers/promises'
import type { AlarmDetail, AlarmDto, NotificationDto } from '#gateway/contract.ts'
import type { WebhookReceiver } from '../receivers/webhook-receiver.ts'
import type { TestGateway } from './app-harness.ts'
import { judgeAlarms, judgeReadings, judgeWebhooks } from './crash-verdict.ts'
import { crossingsOf } from './crossings.ts'
import type { LoadDevice, MqttLoad, SentReading } from './mqtt-load.ts'

/** Asks the gateway for what it has, gives it time to catch up, and judges. */

const SETTLE_MS_MAX = 120_000
const QUERY_SPAN_MS = 10 * 60_000

/** Asks again until there are no problems left, or the time is over. */
async function settle(check: () => Promise<string[]>): Promise<string[]> {
  const startedAt = performance.now()
  for (;;) {
    const problems = await check()
    if (problems.length === 0 || performance.now() - startedAt > SETTLE_MS_MAX) return problems
    await wait(1_000)
  }
}

export async function verifyReadings(
  gateway: TestGateway,
  load: MqttLoad,
  point: string,
): Promise<string[]> {
  const problems: string[] = []
  for (const device of load.devices) {
    const found = await settle(async () =>
      judgeReadings(
        device.deviceId,
        device.acknowledged,
        await storedReadings(gateway, device, point),
      ),
    )
    problems.push(...found)
  }
  return problems
}

async function storedReadings(gateway: TestGateway, device: LoadDevice, point: string) {
  const first = device.acknowledged[0]?.ts ?? 0
  const last = device.acknowledged.at(-1)?.ts ?? 0
  const found: SentReading[] = []
  for (let fromMs = first; fromMs <= last; fromMs += QUERY_SPAN_MS) {
    const span = { fromMs, toMs: fromMs + QUERY_SPAN_MS }
    for (const { ts, value } of await gateway.readings(device.deviceId, point, span)) {
      found.push({ ts, value: Number(value) })
    }
  }
  return found
}

export async function verifyAlarms(
  gateway: TestGateway,
  load: MqttLoad,
  ruleId: string,
): Promise<{ problems: string[]; details: readonly AlarmDetail[]; crossings: number }> {
  const wanted = load.devices.map(({ deviceId, acknowledged }) => ({
    deviceId,
    crossings: crossingsOf(acknowledged),
  }))
  let details: readonly AlarmDetail[] = []
  const problems = await settle(async () => {
    details = await fetchAlarms(gateway, ruleId)
    const byDevice = Map.groupBy(details, ({ deviceId }) => deviceId)
    return wanted.flatMap(({ deviceId, crossings }) =>
      judgeAlarms(deviceId, crossings, byDevice.get(deviceId) ?? []),
    )
  })
  const crossings = wanted.reduce((sum, each) => sum + each.crossings.length, 0)
  return { problems, details, crossings }
}

async function fetchAlarms(gateway: TestGateway, ruleId: string): Promise<readonly AlarmDetail[]> {
  const alarms = await gateway.api.list<AlarmDto>('/alarms')
  const own = alarms.filter((alarm) => alarm.ruleId === ruleId)
  const details: AlarmDetail[] = []
  for (const { id } of own) details.push(await gateway.api.get<AlarmDetail>(`/alarms/${id}`))
  return details
}

export async function verifyWebhooks(
  gateway: TestGateway,
  receiver: WebhookReceiver,
  alarms: readonly AlarmDetail[],
): Promise<string[]> {
  return await settle(async () => {
    const listed = await gateway.api.list<NotificationDto>('/notifications')
    return judgeWebhooks(alarms, receiver.ledger(), listed)
  })
}
