import { expect, test } from 'vitest'
import { SimulatedClock } from '#alerting/simulated-clock.ts'
import { RejectedInbox, type RejectedMessage } from './ingest/rejected-inbox.ts'
import { putRefusedAside } from './refused-readings.ts'
import { aReading } from './timeseries/time-series.suite.ts'

test('refused readings are in the inbox, by device and with the reason, before the promise resolves', async () => {
  const clock = new SimulatedClock(Date.UTC(2026, 10, 23, 8))
  const stored: RejectedMessage[] = []
  const logged: object[] = []
  const logger = { error: (details: object) => logged.push(details) }
  const store = {
    add: (messages: readonly RejectedMessage[]) => Promise.resolve(void stored.push(...messages)),
  }
  const inbox = new RejectedInbox({ store, clock, logger })
  const readings = [aReading(), aReading({ deviceId: 'gas-2' }), aReading({ point: 'battery' })]
  const reason = 'points beyond retention policy'
  await putRefusedAside([{ readings, reason }], { clock, inbox, logger })
  expect(stored.map(({ deviceId, detail }) => [deviceId, detail])).toEqual([
    ['gas-1', reason],
    ['gas-2', reason],
  ])
  const [first] = stored
  expect(JSON.parse(new TextDecoder().decode(first?.payload))).toEqual([readings[0], readings[2]])
  expect(inbox.counts().byReason.refused_by_store).toBe(2)
  expect(logged).toHaveLength(1)
  await inbox.stop()
})
