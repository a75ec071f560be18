import { type Area, open } from './row.suite.ts'

export const HAZARDS: Area = {
  rows: {
    'POST /api/v1/hazard-sources/calculate': open('a calculation; nothing is kept', {
      substances: [{ table: 1, row: 1, quantityTonnes: 20 }],
      exposedPopulation: 3,
    }),
  },
}
