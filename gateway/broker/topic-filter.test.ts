import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  countTopicLevels,
  coversTopicFilter,
  isTopicFilter,
  isTopicName,
  matchesTopicFilter,
} from './topic-filter.ts'

describe('isTopicFilter', () => {
  test.each([
    ['a', true],
    ['a/b', true],
    ['/', true],
    ['/a', true],
    ['a//b', true],
    ['#', true],
    ['+', true],
    ['+/#', true],
    ['+/+', true],
    ['/+', true],
    ['a/+/b', true],
    ['a/#', true],
    // [MQTT-4.7.1-2]
    ['a#', false],
    ['a/#/b', false],
    ['#/a', false],
    ['##', false],
    ['a/b#', false],
    ['a/#b', false],
    // [MQTT-4.7.1-3]
    ['a+', false],
    ['+a', false],
    ['a/b+/c', false],
    ['a/+b', false],
    ['++', false],
    ['+#', false],
    // [MQTT-4.7.3-1], [MQTT-4.7.3-2]
    ['', false],
    ['a\0', false],
  ])('%j is valid: %s', (text, valid) => {
    expect(isTopicFilter(text)).toBe(valid)
  })
})

describe('isTopicName', () => {
  test.each([
    ['a/b', true],
    ['/', true],
    ['$SYS/a', true],
    ['', false],
    ['a/+', false],
    ['#', false],
    ['a\0b', false],
  ])('%j is valid: %s', (text, valid) => {
    expect(isTopicName(text)).toBe(valid)
  })
})

describe('matchesTopicFilter', () => {
  // The examples of MQTT 3.1.1 sections 4.7.1 and 4.7.2.
  test.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/#', 'sport', true],
    ['#', 'sport/tennis', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/a', false],
    ['+/monitor/Clients', '$SYS/monitor/Clients', false],
    ['$SYS/#', '$SYS/a', true],
    ['a', 'ab', false],
    ['ab', 'a', false],
    ['a/+/c', 'a//c', true],
  ])('%j matches %j: %s', (topicFilter, topicName, matches) => {
    expect(matchesTopicFilter(topicFilter, topicName)).toBe(matches)
  })

  test('agrees with a naive matcher that compares level by level', () => {
    fc.assert(
      fc.property(aFilter, aName, (topicFilter, topicName) => {
        expect(matchesTopicFilter(topicFilter, topicName)).toBe(naiveMatch(topicFilter, topicName))
      }),
      { numRuns: 3_000 },
    )
  })

  test('agrees with the naive matcher on a filter made from the name', () => {
    fc.assert(
      fc.property(aName, fc.infiniteStream(fc.integer({ min: 0, max: 9 })), (topicName, dice) => {
        const levels = topicName
          .split('/')
          .map((level) => ((dice.next().value ?? 0) < 3 ? '+' : level))
        const cut = dice.next().value ?? 0
        const topicFilter = (
          cut < levels.length && cut > 0 ? [...levels.slice(0, cut), '#'] : levels
        ).join('/')
        expect(matchesTopicFilter(topicFilter, topicName)).toBe(naiveMatch(topicFilter, topicName))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('coversTopicFilter', () => {
  test.each([
    ['devices/d1/commands/#', 'devices/d1/commands/#', true],
    ['devices/d1/commands/#', 'devices/d1/commands/+', true],
    ['devices/d1/commands/#', 'devices/d1/commands/+/reply', true],
    ['devices/d1/commands/#', 'devices/d1/commands', true],
    ['devices/d1/commands/#', 'devices/d1/#', false],
    ['devices/d1/commands/#', 'devices/+/commands/#', false],
    ['devices/d1/commands/#', 'devices/d2/commands/c1', false],
    ['devices/d1/commands/#', 'devices/d1/commandsx', false],
    ['devices/d1/commands/#', '#', false],
    ['devices/d1/commands/#', '+/+/+/+', false],
    ['a/+', 'a/#', false],
    ['#', '$SYS/#', false],
  ])('%j covers %j: %s', (scope, topicFilter, covers) => {
    expect(coversTopicFilter(scope, topicFilter)).toBe(covers)
  })

  test('what a covered filter matches is matched by the scope', () => {
    fc.assert(
      fc.property(aFilter, aFilter, aName, (scope, topicFilter, topicName) => {
        fc.pre(coversTopicFilter(scope, topicFilter) && naiveMatch(topicFilter, topicName))
        expect(naiveMatch(scope, topicName)).toBe(true)
      }),
      { numRuns: 300, maxSkipsPerRun: 2_000 },
    )
  })

  test('a filter covers itself, and a name is covered exactly when it is matched', () => {
    fc.assert(
      fc.property(aFilter, aName, (topicFilter, topicName) => {
        expect(coversTopicFilter(topicFilter, topicFilter)).toBe(true)
        expect(coversTopicFilter(topicFilter, topicName)).toBe(naiveMatch(topicFilter, topicName))
      }),
      { numRuns: 1_000 },
    )
  })
})

test('countTopicLevels counts empty levels too', () => {
  expect(countTopicLevels('a')).toBe(1)
  expect(countTopicLevels('/')).toBe(2)
  expect(countTopicLevels('a//b')).toBe(3)
})

const aLevel = fc.constantFrom('a', 'b', 'ab', '', '$a', '设备')
const aName = fc
  .array(aLevel, { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/'))
  .filter((text) => text !== '')
const aFilter = fc
  .tuple(
    fc.array(fc.oneof({ weight: 2, arbitrary: aLevel }, fc.constant('+')), {
      minLength: 0,
      maxLength: 4,
    }),
    fc.boolean(),
  )
  .map(([levels, isOpen]) => (isOpen ? [...levels, '#'] : levels).join('/'))
  .filter((text) => text !== '')

function naiveMatch(topicFilter: string, topicName: string): boolean {
  const levels = topicName.split('/')
  const wanted = topicFilter.split('/')
  if (levels[0]?.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false
  if (wanted.at(-1) === '#') {
    const parent = wanted.slice(0, -1)
    return (
      levels.length >= parent.length &&
      parent.every((level, index) => level === '+' || level === levels[index])
    )
  }
  return (
    wanted.length === levels.length &&
    wanted.every((level, index) => level === '+' || level === levels[index])
  )
}
