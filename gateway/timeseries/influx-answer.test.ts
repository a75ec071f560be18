import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encode } from '@msgpack/msgpack'
import { expect, onTestFinished, test } from 'vitest'
import { type AnswerPart, answerParts, ReadingsAnswer } from './influx-answer.ts'

const USUAL = ['time', 'value', 'arrived_at_ms']
const RARE = ['time', 'unusable', 'is_boolean', 'quality', 'marks']
const usual = (...values: readonly unknown[][]) => ({
  results: [{ statement_id: 0, series: [{ columns: USUAL, values }] }],
})
const rare = (...values: readonly unknown[][]) => ({
  results: [{ statement_id: 1, series: [{ columns: RARE, values }] }],
})

function readingsOf(...parts: readonly AnswerPart[]) {
  const answer = new ReadingsAnswer()
  for (const part of parts) answer.take(part)
  return answer.readings()
}

test('joins what every reading has with what few have', () => {
  const parts = [
    usual([1000, 3.25, 1020], [2000, null, 2020]),
    usual([3000, 1, 3020], [-4, 1e-9, 5]),
    rare([2000, 999.5, null, 'bad', 4], [3000, null, true, null, null]),
  ]
  expect(readingsOf(...parts)).toEqual([
    { observedAtMs: 1000, arrivedAtMs: 1020, value: 3.25, quality: 'good', marks: 0 },
    { observedAtMs: 2000, arrivedAtMs: 2020, value: 999.5, quality: 'bad', marks: 4 },
    { observedAtMs: 3000, arrivedAtMs: 3020, value: true, quality: 'good', marks: 0 },
    { observedAtMs: -4, arrivedAtMs: 5, value: 1e-9, quality: 'good', marks: 0 },
  ])
})

test.each([
  ['nothing', [{ results: [{ statement_id: 0 }, { statement_id: 1 }] }], []],
  ['rare fields alone', [rare([1, 2, null, 'bad', null])], []],
  ['a point of which the value is still missing', [usual([1000, null, 1020])], [null]],
])('of %s makes what there is', (_, parts, readings) => {
  expect(readingsOf(...parts)).toEqual(readings)
})

test.each([
  ['of a statement', { results: [{ statement_id: 0, error: 'database not found: plant' }] }],
  ['of the whole question', { error: 'database not found: plant' }],
])('tells the failure %s', (_, part) => {
  const answer = new ReadingsAnswer()
  answer.take(part)
  expect(answer.error).toBe('database not found: plant')
})

async function answerOf(type: string, body: Uint8Array): Promise<IncomingMessage> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': type })
    // In pieces that end anywhere, as a network does.
    for (let at = 0; at < body.length; at += 7) response.write(body.subarray(at, at + 7))
    response.end()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const [response] = await once(get({ port, host: '127.0.0.1' }), 'response')
  return response
}

const PARTS = [usual([1_795_430_400_000, 3.25, 1_795_430_400_040]), rare()]

test.each([
  ['application/x-msgpack', Buffer.concat(PARTS.map((part) => encode(part)))],
  ['application/json', Buffer.from(PARTS.map((part) => `${JSON.stringify(part)}\n`).join(''))],
])('takes an answer in %s apart', async (type, body) => {
  const parts: AnswerPart[] = []
  for await (const part of answerParts(await answerOf(type, body))) parts.push(part)
  expect(parts).toEqual(PARTS)
})

test('says that an answer is not one', async () => {
  const answer = await answerOf('text/html', Buffer.from('<h1>Please log in</h1>'))
  await expect(answerParts(answer).next()).rejects.toThrow()
})
