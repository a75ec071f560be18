import type { Tank, TankDraft, TankShape } from '../../gateway/contract.ts'

/** A tank as the dialog holds it: one flat set of fields, whatever the shape. */
export interface TankFields {
  readonly name: string
  /** Unit and substance, as `unit/substance`. */
  readonly content: string
  readonly shape: TankShape['kind']
  readonly diameterM?: number | null
  readonly heightM?: number | null
  readonly lengthM?: number | null
  readonly heads: 'flat' | 'elliptical'
  readonly table?: string
  readonly densityKgM3: number
  readonly perKelvin?: number | null
  readonly referenceC?: number | null
  /** Device and point, as `device/point`. */
  readonly level: string
  readonly temperature?: string
}

const NUMBER = /^\d+(?:\.\d+)?$/

/** Lines of "level, volume", also with tabs or spaces between, as they come out of a spreadsheet. */
export function parseTable(
  text: string,
):
  | { readonly ok: true; readonly rows: readonly { levelM: number; volumeM3: number }[] }
  | { readonly ok: false; readonly line: number } {
  const rows: { levelM: number; volumeM3: number }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const parts = line.trim().split(/[\s,，;]+/)
    const [level = '', volume = ''] = parts
    if (parts.length !== 2 || !NUMBER.test(level) || !NUMBER.test(volume)) {
      return { ok: false, line: index + 1 }
    }
    rows.push({ levelM: Number(level), volumeM3: Number(volume) })
  }
  return { ok: true, rows }
}

export function fieldsOf(tank: Tank): TankFields {
  const { shape, medium } = tank
  const common = {
    name: tank.name,
    content: `${tank.unitId}/${tank.substanceId}`,
    densityKgM3: medium.densityKgM3,
    perKelvin: medium.expansion?.perKelvin ?? null,
    referenceC: medium.expansion?.referenceC ?? null,
    level: `${tank.level.deviceId}/${tank.level.point}`,
    ...(tank.temperature !== null && {
      temperature: `${tank.temperature.deviceId}/${tank.temperature.point}`,
    }),
    shape: shape.kind,
    heads: 'flat',
  } as const
  if (shape.kind === 'table') {
    const table = shape.rows.map(({ levelM, volumeM3 }) => `${levelM}, ${volumeM3}`).join('\n')
    return { ...common, table }
  }
  const { kind: _kind, ...measures } = shape
  return { ...common, ...measures }
}

export function draftOf(fields: TankFields): TankDraft {
  const [unitId = '', substanceId = ''] = fields.content.split('/')
  const { perKelvin, referenceC } = fields
  return {
    name: fields.name.trim(),
    unitId,
    substanceId,
    shape: shapeOf(fields),
    medium: {
      densityKgM3: fields.densityKgM3,
      expansion: perKelvin ? { perKelvin, referenceC: referenceC ?? 20 } : null,
    },
    level: boundPoint(fields.level),
    temperature: fields.temperature ? boundPoint(fields.temperature) : null,
  }
}

function shapeOf(fields: TankFields): TankShape {
  const diameterM = fields.diameterM ?? 0
  switch (fields.shape) {
    case 'vertical-cylinder':
      return { kind: fields.shape, diameterM, heightM: fields.heightM ?? 0 }
    case 'horizontal-cylinder':
      return { kind: fields.shape, diameterM, lengthM: fields.lengthM ?? 0, heads: fields.heads }
    case 'sphere':
      return { kind: fields.shape, diameterM }
    case 'table': {
      const parsed = parseTable(fields.table ?? '')
      return { kind: 'table', rows: parsed.ok ? [...parsed.rows] : [] }
    }
    default:
      return fields.shape satisfies never
  }
}

function boundPoint(text: string): { deviceId: string; point: string } {
  const [deviceId = '', point = ''] = text.split('/')
  return { deviceId, point }
}
