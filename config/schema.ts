import { z } from 'zod'
import { CASE_LIMITS, TEXT_LIMITS, TIME_SERIES_LIMITS } from './limits.ts'
import { mapSettings, riskSettings } from './map-schema.ts'
import { Secret } from './secret.ts'
import { parseTimeSeriesUrl } from './time-series-url.ts'

const MIB = 1024 * 1024

const port = z.int().min(0).max(65_535)
const portOrOff = z.union([port, z.literal('off')])
const path = z.string().min(1)
const days = z
  .int()
  .min(TIME_SERIES_LIMITS.retentionDaysMin)
  .max(TIME_SERIES_LIMITS.retentionDaysMax)

/** This grade and more urgent ones; 0: none. */
const gradeBound = z.int().min(0).max(4)
const stepLimit = z.number().min(CASE_LIMITS.stepSecondsMin).max(CASE_LIMITS.stepSecondsMax)
/** Null: alarms of this grade have no case. */
const caseLimits = z
  .strictObject({
    acknowledge: stepLimit,
    dispatch: stepLimit,
    arrive: stepLimit,
    dispose: stepLimit,
    review: stepLimit,
    close: stepLimit,
  })
  .nullable()

/** A secret, because it may hold a password. */
const timeSeriesUrl = z
  .string()
  .superRefine((text, context) => {
    const parsed = parseTimeSeriesUrl(text)
    if (parsed.ok) return
    // What is built on the address is not looked at any more.
    context.addIssue({ code: 'custom', message: parsed.problem, continue: false })
  })
  .transform((text) => new Secret(text))

const seconds = z.int().min(1).max(86_400)
const bound = z.number().min(0)

/** What counts as a flood, an incident, a bad actor, and how good a figure has to be. */
const alarmManagement = z
  .strictObject({
    flood: z.strictObject({
      windowSeconds: seconds,
      startsAbove: z.int().min(1),
      endsBelow: z.int().min(1),
    }),
    incident: z.strictObject({ windowSeconds: seconds, area: z.enum(['site', 'organization']) }),
    digestSeconds: seconds,
    inhibition: z.strictObject({
      graceSeconds: seconds,
      outageRules: z.array(z.string().min(1).max(TEXT_LIMITS.idLengthMax)).max(100),
    }),
    badActors: z.strictObject({
      chatteringTimes: z.int().min(2),
      chatteringWithinSeconds: seconds,
      fleetingSeconds: seconds,
      staleHours: z.number().positive(),
    }),
    bounds: z.strictObject({
      perDay: bound,
      perDayMax: bound,
      perHour: bound,
      perHourMax: bound,
      perTenMinutes: bound,
      perTenMinutesMax: bound,
      peakPerTenMinutesMax: bound,
      busyHourAlarms: bound,
      busyHoursPercentMax: bound,
      busyTenMinutesPercentMax: bound,
      floodPercentMax: bound,
      topTenPercent: bound,
      topTenPercentMax: bound,
      stalePerDayMax: bound,
      redPercentMax: bound,
      orangePercent: bound,
      yellowPercent: bound,
      bluePercent: bound,
    }),
  })
  .superRefine(({ flood }, context) => {
    if (flood.endsBelow <= flood.startsAbove) return
    context.addIssue({
      code: 'custom',
      path: ['flood', 'endsBelow'],
      message: 'a flood must end below the number at which it starts',
    })
  })

/** How a kind of chat robot wants to be spoken to. */
const robot = z.strictObject({
  messagesPerMinute: z.int().min(4).max(1_000),
  blockedSeconds: seconds,
  rateLimitCodes: z.array(z.int()).max(20),
  authCodes: z.array(z.int()).max(20),
})

const dutyDays = z.int().min(1).max(1_100)

/** Shape of the settings; the values, and what each means for an operator, stand in default.yaml. */
export const settingsSchema = z.strictObject({
  dataDir: path,
  host: z.string().min(1),
  http: z.strictObject({ port }),
  mqtt: z.strictObject({ port: portOrOff, tlsPort: portOrOff }),
  tls: z
    .strictObject({
      certFile: path.nullable(),
      keyFile: path.nullable(),
      clientCaFile: path.nullable(),
    })
    .superRefine((tls, context) => {
      if ((tls.certFile === null) !== (tls.keyFile === null)) {
        const missing = tls.certFile === null ? 'certFile' : 'keyFile'
        context.addIssue({
          code: 'custom',
          path: [missing],
          message:
            'a certificate and its key go together: set both certFile and keyFile, or neither',
        })
      }
      if (tls.clientCaFile !== null && tls.certFile === null) {
        context.addIssue({
          code: 'custom',
          path: ['clientCaFile'],
          message: 'client certificates need TLS: set certFile and keyFile too',
        })
      }
    }),
  timeSeries: z
    .strictObject({
      url: timeSeriesUrl,
      influxToken: z
        .string()
        .min(1)
        .transform((value) => new Secret(value))
        .nullable(),
      retentionDays: days,
      minuteRetentionDays: days,
      hourRetentionDays: days,
    })
    .superRefine(({ url, influxToken }, context) => {
      const needsToken = /^influxdb2/.test(url.reveal())
      if (!needsToken || influxToken !== null) return
      context.addIssue({
        code: 'custom',
        path: ['influxToken'],
        message: 'InfluxDB 2 needs a token: set VIGIL_INFLUX_TOKEN or VIGIL_INFLUX_TOKEN_FILE',
      })
    }),
  journal: z.strictObject({
    bytesMax: z.int().min(MIB),
    diskReserveBytes: z.int().min(0),
  }),
  watching: z.strictObject({
    quantityAlarm: z.strictObject({
      grade: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
      deadbandPercent: z.int().min(0).max(50),
      onDelaySeconds: z.int().min(0).max(3_600),
    }),
  }),
  notification: z.strictObject({
    allowPrivateReceivers: z.boolean(),
    robots: z.strictObject({ mergeSeconds: seconds, dingtalk: robot, wecom: robot, feishu: robot }),
  }),
  alarms: z.strictObject({ acknowledgeNoteGradeMax: gradeBound }),
  cases: z.strictObject({
    limitsSeconds: z.strictObject({
      red: caseLimits,
      orange: caseLimits,
      yellow: caseLimits,
      blue: caseLimits,
    }),
    secondPersonGradeMax: gradeBound,
  }),
  alarmManagement,
  risk: riskSettings,
  map: mapSettings,
  hazards: z.strictObject({
    filingDays: z.int().min(1).max(365),
    decisionDays: z.int().min(1).max(365),
    cancellationDecisionDays: z.int().min(1).max(365),
    assessmentYears: z.int().min(1).max(10),
    reminderDays: z.array(z.int().min(0).max(366)).min(1).max(12),
    documentsRequired: z.array(z.string().min(1)).max(12),
  }),
  duties: z.strictObject({
    operatingDays: dutyDays,
    technicalDays: dutyDays,
    halfYearlyDays: dutyDays,
    yearlyDays: dutyDays,
  }),
  adminPassword: z
    .string()
    .min(TEXT_LIMITS.passwordLengthMin)
    .max(TEXT_LIMITS.passwordLengthMax)
    .transform((value) => new Secret(value))
    .nullable(),
  log: z.strictObject({
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  }),
})

export type Settings = z.infer<typeof settingsSchema>

/** How the text of an environment variable becomes a value. */
export type VariableKind = 'text' | 'number' | 'number-or-off' | 'boolean' | 'secret'

/** Environment variables by name: which setting each overrides. `secret` ones also exist as `…_FILE`. */
export const VARIABLES: Readonly<
  Record<string, { readonly path: readonly string[]; readonly kind: VariableKind }>
> = {
  VIGIL_DATA_DIR: { path: ['dataDir'], kind: 'text' },
  VIGIL_HOST: { path: ['host'], kind: 'text' },
  VIGIL_HTTP_PORT: { path: ['http', 'port'], kind: 'number' },
  VIGIL_MQTT_PORT: { path: ['mqtt', 'port'], kind: 'number-or-off' },
  VIGIL_MQTTS_PORT: { path: ['mqtt', 'tlsPort'], kind: 'number-or-off' },
  VIGIL_TLS_CERT_FILE: { path: ['tls', 'certFile'], kind: 'text' },
  VIGIL_TLS_KEY_FILE: { path: ['tls', 'keyFile'], kind: 'text' },
  VIGIL_TLS_CLIENT_CA_FILE: { path: ['tls', 'clientCaFile'], kind: 'text' },
  VIGIL_TIMESERIES_URL: { path: ['timeSeries', 'url'], kind: 'secret' },
  VIGIL_INFLUX_TOKEN: { path: ['timeSeries', 'influxToken'], kind: 'secret' },
  VIGIL_RETENTION_DAYS: { path: ['timeSeries', 'retentionDays'], kind: 'number' },
  VIGIL_MINUTE_RETENTION_DAYS: { path: ['timeSeries', 'minuteRetentionDays'], kind: 'number' },
  VIGIL_HOUR_RETENTION_DAYS: { path: ['timeSeries', 'hourRetentionDays'], kind: 'number' },
  VIGIL_JOURNAL_BYTES_MAX: { path: ['journal', 'bytesMax'], kind: 'number' },
  VIGIL_DISK_RESERVE_BYTES: { path: ['journal', 'diskReserveBytes'], kind: 'number' },
  VIGIL_ALLOW_PRIVATE_RECEIVERS: {
    path: ['notification', 'allowPrivateReceivers'],
    kind: 'boolean',
  },
  VIGIL_MAP_OUTLINE_FILE: { path: ['map', 'outlineFile'], kind: 'text' },
  VIGIL_RISK_SNAPSHOT_MINUTES: { path: ['risk', 'snapshotMinutes'], kind: 'number' },
  VIGIL_ADMIN_PASSWORD: { path: ['adminPassword'], kind: 'secret' },
  VIGIL_LOG_LEVEL: { path: ['log', 'level'], kind: 'text' },
}
