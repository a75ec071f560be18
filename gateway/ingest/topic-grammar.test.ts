import { describe, expect, test } from 'vitest'
import { meaningOf } from './topic-grammar.ts'

describe('meaningOf', () => {
  // biome-ignore format: a table is read by its columns
  test.for([
    // topic                                | whose readings
    ['devices/gas-1/readings',                'gas-1'],
    ['devices/a.b_c:D-9/readings',            'a.b_c:D-9'],
    ['devices/constructor/readings',          'constructor'],
    ['devices//readings',                     null],
    ['devices/__proto__/readings',            null],
    ['devices/gas 1/readings',                null],
    [`devices/${'x'.repeat(65)}/readings`,    null],
    ['devices/gas-1/readings/',               null],
    ['/devices/gas-1/readings',               null],
    ['devices/gas-1/commands/7/reply',        null],
    ['Devices/gas-1/readings',                null],
    ['devices/+/readings',                    null],
    ['',                                      null],
  ] as const)('%s', ([topicName, deviceId]) => {
    expect(meaningOf(topicName)?.deviceId ?? null).toBe(deviceId)
  })
})
