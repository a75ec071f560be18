import { describe, expect, test } from 'vitest'
import { MQTT_LIMITS } from '#config/limits.ts'
import { addressGroup, LoginThrottle } from './login-throttle.ts'

const limits = { ...MQTT_LIMITS, loginFailureAddressesMax: 3, loginGuessesPerMinuteMax: 2 }
const guess = (remoteAddress: string, username: string, password = 'guess') => ({
  remoteAddress,
  username,
  password: Buffer.from(password),
})

describe('LoginThrottle', () => {
  test('doubles the delay of an address up to the limit, and forgets after a quiet time', () => {
    const throttle = new LoginThrottle(limits)
    const delays = [...Array(8)].map(() => throttle.failed('10.0.0.1', 0).delayMs)
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
    expect(throttle.failed('10.0.0.2', 0).delayMs).toBe(250)
    expect(throttle.failed('10.0.0.1', limits.loginFailureMemoryMs).delayMs).toBe(250)
  })

  test('remembers so many addresses; the one that failed longest ago is forgotten', () => {
    const throttle = new LoginThrottle(limits)
    for (const address of ['a', 'b', 'c', 'a', 'd']) throttle.failed(address, 0)
    expect(throttle.failed('a', 0).failures).toBe(3)
    expect(throttle.failed('b', 0).failures).toBe(1)
  })

  test('looks at so many guesses a minute of one name from one address', () => {
    const throttle = new LoginThrottle(limits)
    expect([0, 1, 2, 3].map((nowMs) => throttle.admit(guess('a', 'd1'), nowMs))).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(throttle.admit(guess('a', 'd2'), 3)).toBe(true)
    expect(throttle.admit(guess('b', 'd1'), 3)).toBe(true)
    expect(throttle.admit(guess('a', 'd1'), 60_000)).toBe(true)
  })

  test('always looks at a password that has been right before', () => {
    const throttle = new LoginThrottle(limits)
    const right = guess('a', 'd1', 'right')
    throttle.admit(right, 0)
    throttle.succeeded(right)
    for (let n = 0; n < 10; n += 1) throttle.admit(guess('a', 'd1'), 0)
    expect(throttle.admit(guess('a', 'd1'), 0)).toBe(false)
    expect(throttle.admit(right, 0)).toBe(true)
    expect(throttle.admit(guess('a', 'd2', 'right'), 0)).toBe(true)
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('addressGroup(%j) is %j', (address, group) => {
  expect(addressGroup(address)).toBe(group)
})
