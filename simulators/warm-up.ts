import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GatewayProcess } from './gateway-process.ts'

/**
 * Part of `npm ci`: starts the gateway once, on data that are thrown away, so that its compiled code is
 * there when it is started in earnest: 100 MB and a second less at the first start. Where it cannot
 * be started here, that is all that is missing, so it is told and installing goes on.
 */
const dataFolder = mkdtempSync(join(tmpdir(), 'vigil-warm-up-'))
const gateway = GatewayProcess.spawn({
  VIGIL_DATA_DIR: dataFolder,
  VIGIL_HOST: '127.0.0.1',
  VIGIL_HTTP_PORT: '0',
  VIGIL_MQTT_PORT: '0',
})
try {
  await gateway.ready()
} catch (error) {
  console.warn(`The gateway could not be tried: ${(error as Error).message}`)
} finally {
  await gateway.stop()
  rmSync(dataFolder, { recursive: true, force: true })
}
