import { accounts } from './zh/accounts.ts'
import { alarms } from './zh/alarms.ts'
import { calendars } from './zh/calendars.ts'
import { cases } from './zh/cases.ts'
import { duties } from './zh/duties.ts'
import { frame } from './zh/frame.ts'
import { hazards } from './zh/hazards.ts'
import { health } from './zh/health.ts'
import { history } from './zh/history.ts'
import { load } from './zh/load.ts'
import { map } from './zh/map.ts'
import { notifications } from './zh/notifications.ts'
import { plant } from './zh/plant.ts'
import { problems } from './zh/problems.ts'
import { rules } from './zh/rules.ts'
import { watching } from './zh/watching.ts'

/** Every text of the dashboard in Chinese, an area a file. `en.ts` has the same keys; the compiler holds them together. */
export const zh = {
  ...frame,
  ...accounts,
  ...alarms,
  ...calendars,
  ...cases,
  ...load,
  ...plant,
  ...history,
  ...notifications,
  ...hazards,
  ...duties,
  ...map,
  ...health,
  ...problems,
  ...watching,
  ...rules,
}
