import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { CodedError } from '#alerting/errors.ts'
import { loadSettings, SettingsError } from '#config/load.ts'
import type { Settings } from '#config/schema.ts'

/** Arguments, signals and the last resort; everything else is in `app.ts`. */

const EXIT_MISCONFIGURED = 78
const EXIT_FAILED = 1

function settingsOrExit(): Settings {
  try {
    return loadSettings()
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(EXIT_MISCONFIGURED)
  }
}

const settings = settingsOrExit()
const logger = pino({ name: 'vigil', level: settings.log.level })

// A programmer's error ends the process: the supervisor restarts it, the store restores it.
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'unexpected error, stopping')
  process.exit(EXIT_FAILED)
})

// Compiled code is kept beside the packages: a third of the memory and of the time to start goes into
// reading TypeScript. `npm ci` fills it by a first start; where it cannot be written, nothing is lost but
// that. Hence the rest of the program is imported only now. Threads learn of it from the environment.
const compileCache = fileURLToPath(new URL('../node_modules/.cache/vigil', import.meta.url))
enableCompileCache(compileCache)
// biome-ignore lint/style/noProcessEnv: written for our own threads, not read as a setting.
process.env.NODE_COMPILE_CACHE = compileCache
const { startApp } = await import('./app.ts')

try {
  const app = await startApp(settings, { logger })
  // Stopping twice is stopping once.
  const stop = (signal: NodeJS.Signals) => {
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.fatal({ err: error, signal }, 'could not stop cleanly')
        process.exit(EXIT_FAILED)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  if (app.printedPassword !== null) {
    process.stderr.write(
      `\n  First start. Account: admin  Password: ${app.printedPassword}\n  It is not shown again.\n\n`,
    )
  }
  flushCompileCache()
  // Others wait for this line: it is written whatever the level of the log.
  logger
    .child({}, { level: 'info' })
    .info({ httpPort: app.httpPort, mqttPort: app.mqttPort }, 'ready')
} catch (error) {
  if (!(error instanceof CodedError)) throw error
  const hint = error.hint === undefined ? '' : `\n${error.hint}`
  process.stderr.write(`Vigil cannot start: ${error.message} (${error.code})${hint}\n`)
  process.exit(EXIT_FAILED)
}
