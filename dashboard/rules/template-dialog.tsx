import { Button, Input, Modal, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useResource } from '../api/use-resource.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useWords } from '../format/use-words.ts'
import { useServices } from '../services.tsx'
import { Icon } from '../ui/icons.tsx'
import { conditionOfKind } from './condition-defaults.ts'
import type { Draft } from './draft-path.ts'
import type { RuleDefinition } from './rule-types.ts'
import { ruleInWords } from './rule-words.ts'
import { useAct } from './use-act.ts'
import { useRuleNames } from './use-rule-names.ts'

/** A new rule begins from one that is shipped, or from nothing. */
export function TemplateDialog(props: { readonly plant: Plant; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const words = useWords()
  const navigate = useNavigate()
  const act = useAct()
  const [text, setText] = useState('')
  const templates = useResource('rule templates', (signal) => api.ruleTemplates(signal))
  const begin = (definition: Draft) =>
    act.run(async () => {
      const draft = await api.beginRuleDraft({ definition })
      void navigate(`/rules/drafts/${draft.id}`)
    })
  const shown = (templates.data?.items ?? []).filter(({ id, name }) =>
    `${id} ${name.zh} ${name.en}`.toLowerCase().includes(text.toLowerCase()),
  )
  return (
    <Modal
      open
      width={680}
      title={t('ruleDraft.fromTemplate')}
      footer={null}
      onCancel={props.onClose}
    >
      <div className="template-head">
        <Input
          allowClear
          autoFocus
          value={text}
          prefix={<Icon name="search" size={16} />}
          placeholder={t('ruleDraft.templateSearch')}
          aria-label={t('ruleDraft.templateSearch')}
          onChange={(event) => setText(event.target.value)}
        />
        <Button loading={act.isBusy} onClick={() => begin(blankRule())}>
          {t('ruleDraft.blank')}
        </Button>
      </div>
      {templates.data === null && <Skeleton active />}
      <ul className="templates">
        {shown.map((template) => (
          <li key={template.id}>
            <button
              type="button"
              data-template={template.id}
              disabled={act.isBusy}
              onClick={() => begin(draftOf(template))}
            >
              <strong>{words.localized(template.name)}</strong>
              <TemplateWords template={template} plant={props.plant} />
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  )
}

function TemplateWords(props: { readonly template: RuleDefinition; readonly plant: Plant }) {
  const words = useWords()
  const names = useRuleNames(props.template, props.plant)
  return (
    <span className="quiet">{ruleInWords(props.template, words.language, names).condition}</span>
  )
}

/** The gateway gives it an id of its own. */
function draftOf({ id: _, ...template }: RuleDefinition): Draft {
  return { ...template }
}

function blankRule(): Draft {
  return {
    profileIds: [],
    condition: conditionOfKind('limit', undefined),
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    shelvable: true,
    enabled: true,
  }
}
