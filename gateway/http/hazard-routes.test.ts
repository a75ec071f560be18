import { expect } from 'vitest'
import { test } from './http-server.suite.ts'

const CALCULATE = '/api/v1/hazard-sources/calculate'

test('a unit is graded, line by line, in exact decimals', async ({ district }) => {
  const viewer = await district.as('viewer-a')
  const answer = await viewer('POST', CALCULATE, {
    substances: [
      { table: 1, row: 4, quantityTonnes: 200 },
      { category: 'W5.1', quantityTonnes: '0.3' },
    ],
    exposedPopulation: 60,
  })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({
    s: '10.03',
    r: '30.0675',
    alpha: '1.5',
    majorHazard: true,
    hazardLevel: 3,
    exact: true,
    lines: [
      { criticalQuantity: '20', beta: '2', sTerm: '10', rTerm: '20' },
      { criticalQuantity: '10', beta: '1.5', sTerm: '0.03', rTerm: '0.045' },
    ],
  })
})

test.for([
  [{ substances: [], exposedPopulation: 0 }, 400, 'substances'],
  [
    { substances: [{ table: 1, row: 1, quantityTonnes: 1 }], exposedPopulation: null },
    400,
    'exposedPopulation',
  ],
  [
    { substances: [{ table: 1, row: 1, quantityTonnes: -1 }], exposedPopulation: 0 },
    422,
    'substances.0.quantityTonnes',
  ],
  [
    { substances: [{ table: 1, row: 1, quantityTonnes: '3 kg' }], exposedPopulation: 0 },
    422,
    'substances.0.quantityTonnes',
  ],
  [
    { substances: [{ table: 1, row: 99, quantityTonnes: 1 }], exposedPopulation: 0 },
    422,
    'substances.0.row',
  ],
] as const)('refuses %j, naming the field', async ([body, status, path], { district }) => {
  const viewer = await district.as('viewer-a')
  const answer = await viewer('POST', CALCULATE, body)
  expect(answer.statusCode).toBe(status)
  expect(answer.json().issues.map((issue: { path: string }) => issue.path)).toContain(path)
})
