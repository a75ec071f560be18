import { deviceRule, ruleExplanation } from '../../contract.ts'
import { presentDeviceRule, presentExplanation } from '../../registry/explanation-presentation.ts'
import { principalOf } from '../access.ts'
import { type Api, idParams, listOf } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { isDeviceVisible, visibleDevice } from '../territory-check.ts'

/** What judges a device, and what it comes to at the moment. */
export function deviceRuleRoutes(app: Api, services: HttpServices): void {
  const { registry, rules, engine } = services
  app.route({
    method: 'GET',
    url: '/api/v1/devices/:id/rules',
    config: { access: 'read' },
    schema: {
      tags: ['devices', 'rules'],
      summary: 'Rules for this device as they are here, with what is overridden and by whom',
      description: 'Those that are switched off too.',
      params: idParams,
      response: { 200: listOf(deviceRule) },
    },
    handler: (request) => {
      const { id: deviceId } = visibleDevice(registry, principalOf(request), request.params.id)
      const items = rules.resolvedRules(deviceId).flatMap((resolved) => {
        const row = rules.rule(resolved.rule.id)
        return row === null ? [] : [presentDeviceRule(row, resolved, { deviceId, model: registry })]
      })
      return { items }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/devices/:id/explanation',
    config: { access: 'read' },
    schema: {
      tags: ['devices', 'rules'],
      summary: 'What each rule makes of the device now: last evaluations, and timers that run',
      description: 'Evaluations are kept from the first question on, for as long as somebody asks.',
      params: idParams,
      response: { 200: listOf(ruleExplanation) },
    },
    handler: (request) => {
      const principal = principalOf(request)
      const { id: deviceId } = visibleDevice(registry, principal, request.params.id)
      const isVisible = (id: string) => isDeviceVisible(registry, principal, id)
      const items = rules.rulesOfDevice(deviceId).flatMap((rule) => {
        const explanation = engine.explain({ ruleId: rule.id, deviceId, point: rule.point })
        if (explanation === null) return []
        const about = { deviceId, fault: engine.fault(rule.id), isVisible }
        return [presentExplanation(rule, explanation, about)]
      })
      return { items }
    },
  })
}
