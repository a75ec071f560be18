/**
 * Every bound that Vigil puts on what comes from outside, a file an area, each with its reason.
 * A bound an operator may sensibly change is a setting in `schema.ts` whose default stands here.
 */
export * from './limits/alarms.ts'
export * from './limits/calendars.ts'
export * from './limits/documents.ts'
export * from './limits/duties.ts'
export * from './limits/hazards.ts'
export * from './limits/http.ts'
export * from './limits/mqtt.ts'
export * from './limits/plant.ts'
export * from './limits/readings.ts'
export * from './limits/rule-life.ts'
export * from './limits/rules.ts'
export * from './limits/running.ts'
export * from './limits/storms.ts'
export * from './limits/watching.ts'
