import { expect, test } from 'vitest'
import { publishBytes, RawClient, startBroker } from './broker-harness.suite.ts'

const TOPIC = 'devices/d1/readings'

test('PUBACK follows when the message is durable', async () => {
  let keep: () => void = () => undefined
  const { port } = await startBroker({
    publishReceived: () =>
      new Promise<void>((resolve) => {
        keep = resolve
      }),
  })
  const client = await RawClient.login(port, 'd1')
  client.send(publishBytes(TOPIC, '{"lel":1}', { messageId: 7 }))
  expect(await client.ping()).toMatchObject({ cmd: 'pingresp' })
  keep()
  expect(await client.next()).toMatchObject({ cmd: 'puback', messageId: 7 })
})
