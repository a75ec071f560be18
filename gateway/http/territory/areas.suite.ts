import { ALARMS } from './alarms.suite.ts'
import { HAZARDS } from './hazards.suite.ts'
import { MAP } from './map.suite.ts'
import { PEOPLE } from './people.suite.ts'
import { PLANT } from './plant.suite.ts'
import { RESPONSE } from './response.suite.ts'
import type { Area } from './row.suite.ts'
import { RULES } from './rules.suite.ts'
import { WATCHING } from './watching.suite.ts'

/** Every route of the gateway stands in exactly one of these; furnished in this order. */
export const AREAS: readonly Area[] = [
  PLANT,
  PEOPLE,
  ALARMS,
  RESPONSE,
  RULES,
  HAZARDS,
  WATCHING,
  MAP,
]
