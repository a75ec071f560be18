import type { z } from 'zod'
import { type HazardDossier, hazardDossier } from '../contract.ts'

type DossierInput = z.input<typeof hazardDossier>

/** A tank of liquefied ammonia in one dike, complete but for its documents: S 6, R 14.4 (α 1.2), level 3. */
export function aDossier(overrides: Partial<DossierInput> = {}): HazardDossier {
  return hazardDossier.parse({
    name: '液氨罐区',
    kind: 'tank-farm',
    address: '海河路 8 号',
    position: { latitude: 39.05, longitude: 117.72 },
    inUseSince: '2019-06-01',
    scale: '50 m³ 卧式储罐 2 台',
    units: [
      {
        id: 'unit-1',
        name: '一号围堰',
        boundary: 'dike',
        boundaryNote: '1 号防火堤',
        substances: [anAmmonia()],
      },
    ],
    surroundings: {
      exposedPopulation: 40,
      countedOn: '2026-03-01',
      targets: [{ id: 'school', name: '滨海小学', kind: '学校', distanceMetres: 380, people: 40 }],
    },
    equipment: [{ id: 'v-101', tag: 'V-101', name: '液氨储罐', count: 2, important: true }],
    persons: {
      principal: { name: '王建国', position: '总经理', phone: '13800000001' },
      technical: { name: '李敏', position: '总工程师', phone: '13800000002' },
      operating: { name: '赵强', position: '车间主任', phone: '13800000003' },
    },
    emergency: {
      planName: '液氨泄漏专项预案',
      planReviewedOn: '2026-01-10',
      assemblyPoint: '东门停车场',
      firstSteps: '戴正压式空气呼吸器，上风向撤离，关闭 XV-101。',
      contacts: [{ id: 'duty', name: '值班室', role: '值班', phone: '022-66000000' }],
      supplies: [{ id: 'scba', name: '正压式空气呼吸器', amount: '4 套', place: '中控室' }],
    },
    assessment: { by: 'agency', assessor: '某评价机构', completedOn: '2026-03-15' },
    ...overrides,
  })
}

export function anAmmonia(
  overrides: Partial<
    NonNullable<NonNullable<DossierInput['units']>[number]['substances']>[number]
  > = {},
) {
  return {
    id: 'nh3',
    name: '液氨',
    cas: '7664-41-7',
    row: 1,
    quantity: { value: '60', unit: 't' as const },
    ...overrides,
  }
}

/** The smallest files that are what they say. */
export const A_PDF = Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n', 'latin1')
export const A_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
)
