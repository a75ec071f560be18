import { accounts } from './en/accounts.ts'
import { alarms } from './en/alarms.ts'
import { calendars } from './en/calendars.ts'
import { cases } from './en/cases.ts'
import { duties } from './en/duties.ts'
import { frame } from './en/frame.ts'
import { hazards } from './en/hazards.ts'
import { health } from './en/health.ts'
import { history } from './en/history.ts'
import { load } from './en/load.ts'
import { map } from './en/map.ts'
import { notifications } from './en/notifications.ts'
import { plant } from './en/plant.ts'
import { problems } from './en/problems.ts'
import { rules } from './en/rules.ts'
import { watching } from './en/watching.ts'
import type { Texts } from './translated.ts'

/** Every text of the dashboard in English. */
export const en = {
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
} satisfies Texts
