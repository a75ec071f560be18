import { expect, test } from 'vitest'
import { CodedError } from './errors.ts'
import { isPointName, parseDeviceId } from './reading.ts'

test.for([
  ['GD-01', true],
  ['a.b:c_d-9', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['', false],
  ['-a', false],
  ['a/b', false],
  ['a+', false],
  ['设备', false],
] as const)('%s is a device id: %s', ([text, isOne]) => {
  expect(parseDeviceId(text)).toBe(isOne ? text : null)
})

test.for([
  ['lel', true],
  ['residualCurrent', true],
  ['a_1-b.c', true],
  ['1a', false],
  ['a/b', false],
  ['', false],
] as const)('%s is a point: %s', ([text, isOne]) => {
  expect(isPointName(text)).toBe(isOne)
})

test('a coded error keeps what caused it', () => {
  const cause = new Error('disk full')
  const error = new CodedError('database_unavailable', 'No writes.', {
    cause,
    details: { free: 0 },
    hint: 'Free space.',
  })
  expect(error).toMatchObject({
    name: 'CodedError',
    code: 'database_unavailable',
    cause,
    details: { free: 0 },
    hint: 'Free space.',
  })
  expect('cause' in new CodedError('x', 'y')).toBe(false)
})
