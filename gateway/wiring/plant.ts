import { alarmRuleDraft } from '#alerting/rules/alarm-rule.ts'
import { loadCalendars } from '#config/calendars.ts'
import { DATABASE_LIMITS } from '#config/limits.ts'
import { loadProfiles, loadRulePacks } from '#config/profiles.ts'
import { FairLock } from '../database/fair-lock.ts'
import { openDatabase } from '../database/open.ts'
import { toDeviceProfile } from '../device-profile.ts'
import { Accounts } from '../registry/accounts.ts'
import { CalendarBook } from '../registry/calendar-book.ts'
import { CalendarLife } from '../registry/calendar-life.ts'
import { ChannelBook } from '../registry/channels.ts'
import { DeviceCredentials } from '../registry/credentials.ts'
import { Registry } from '../registry/registry.ts'
import { RuleChecks } from '../registry/rule-checks.ts'
import { RuleLife } from '../registry/rule-life.ts'
import { RuleRights } from '../registry/rule-rights.ts'
import { RuleBook } from '../registry/rules.ts'
import type { Ground } from './ground.ts'
import { openHazards } from './hazards.ts'

export type Plant = Awaited<ReturnType<typeof openPlant>>

/** What is known: the plant, its people and its rules. */
export async function openPlant(ground: Ground) {
  const { settings, clock, logger, stopping, dataPath } = ground
  const database = await openDatabase({ path: dataPath('vigil.db'), clock, logger })
  stopping.push('database', () => database.stop())
  const credentials = new DeviceCredentials({ database, clock })
  await credentials.start()
  const profiles = loadProfiles().map(toDeviceProfile)
  const registry = new Registry({ database, clock, credentials, profiles })
  await registry.start()
  const organizationExists = (id: string) => registry.organization(id) !== null
  const accounts = new Accounts({ database, clock, organizationExists })
  const { printedPassword } = await accounts.start({ adminPassword: settings.adminPassword })
  const shipped = loadRulePacks(alarmRuleDraft)
  const rules = new RuleBook({ database, clock, registry, builtIn: shipped })
  await rules.start()
  const ruleRights = new RuleRights(registry)
  const calendars = new CalendarBook({ database, clock, shipped: loadCalendars() })
  await calendars.start()
  const ruleChecks = new RuleChecks({ model: registry, clock, shipped, calendars })
  const changing = new FairLock({ waitingMax: DATABASE_LIMITS.waitingRequestsMax })
  const ruleLife = new RuleLife({
    database,
    clock,
    rules,
    rights: ruleRights,
    checks: ruleChecks,
    changing,
  })
  await ruleLife.start()
  const calendarLife = new CalendarLife({
    database,
    clock,
    rules,
    rights: ruleRights,
    calendars,
    changing,
  })
  await calendarLife.start()
  const channels = new ChannelBook({ database, clock, organizationExists })
  await channels.start()
  const hazardParts = openHazards(ground, { database, registry, channels })
  return {
    ...hazardParts,
    database,
    credentials,
    registry,
    accounts,
    printedPassword,
    rules,
    ruleRights,
    ruleChecks,
    ruleLife,
    calendars,
    calendarLife,
    channels,
  }
}
