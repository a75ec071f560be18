import { expect, test } from 'vitest'
import { createRandom } from './seeded-random.ts'

const draw = (seed: string, count: number) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.next())
}

test('the same seed tells the same sequence, another seed another', () => {
  expect(draw('a', 50)).toEqual(draw('a', 50))
  expect(draw('a', 50)).not.toEqual(draw('b', 50))
})

test('uniform draws stay in [0, 1) and fill it evenly', () => {
  const values = draw('even', 20_000)
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = values.filter((value) => Math.floor(value * 10) === tenth).length / values.length
    expect(share).toBeGreaterThan(0.085)
    expect(share).toBeLessThan(0.115)
  }
})

test('gaussian draws have mean 0 and standard deviation 1', () => {
  const random = createRandom('bell')
  const values = Array.from({ length: 20_000 }, () => random.gaussian())
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  expect(Math.abs(mean)).toBeLessThan(0.03)
  expect(Math.abs(Math.sqrt(variance) - 1)).toBeLessThan(0.03)
})

test('a fork does not depend on how much its parent has drawn', () => {
  const early = createRandom('p').fork('x').next()
  const parent = createRandom('p')
  parent.next()
  parent.gaussian()
  expect(parent.fork('x').next()).toBe(early)
})
