/**
 * Adding a method is adding it to the registry: toy methods that only this file knows are found in the catalog, the picker, the form, the link, the command
 * line, the engine and the file of their weights, without another change.
 */
import { readFile } from 'node:fs/promises';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { catalogOf } from '../../src/lab/catalog.ts';
import { Engine } from '../../src/lab/engine.ts';
import { atStrength } from '../../src/diffusion/guiders/at-strength.ts';
import { negativePrompt } from '../../src/diffusion/guiders/negative-prompt.ts';
import { esd } from '../../src/methods/erasure/esd.ts';
import type { WeightEdit } from '../../src/methods/edit/weight-edit.ts';
import type { Method } from '../../src/methods/method.ts';
import { registerMethod } from '../../src/methods/registry.ts';
import { parameterGroup } from '../../src/models/lora/groups.ts';
import { initialTheta, loraLayout } from '../../src/models/lora/layout.ts';
import type { MethodDescriptor } from '../../src/records/catalog.ts';
import type { RunEvent } from '../../src/records/events.ts';
import { decodeExperiment, encodeExperiment } from '../../src/records/url.ts';
import { bundledSpace } from '../../src/testing/bundled-space.ts';
import { memoryTabs } from '../../src/testing/memory-vault.ts';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { microPlatform } from '../../src/testing/micro-model.ts';
import { benchWith } from '../../src/testing/vault-bench.ts';
import { BenchContext, type PageBench } from '../../src/ui/bench-context.ts';
import { MethodField } from '../../src/ui/fields/method-field.tsx';
import { ParameterForm } from '../../src/ui/fields/parameter-form.tsx';
import { completeExperiment } from '../../src/ui/state/default-experiment.ts';
import { methodOf, trainRequest } from '../../src/ui/state/requests.ts';
import { trainCommand } from './train.ts';

// The page's settings look at its address and the browser's language when they are first read.
vi.hoisted(() => {
  vi.stubGlobal('location', { search: '' });
  vi.stubGlobal('navigator', { language: 'en', userAgent: 'test', platform: 'test', vendor: '', maxTouchPoints: 0 });
});

const text = (words: string) => ({ en: words, zh: `玩具 ${words}` });
const about: Omit<MethodDescriptor, 'id' | 'title'> = {
  ...{ kind: 'erasure', summary: text('a toy'), source: 'this test', usesTrigger: false, presets: [] },
  parameters: [
    {
      ...{ id: 'softness', kind: 'number', title: text('Softness'), help: text('How soft.'), default: 0.25 },
      ...{ min: 0, max: 1, step: 0.05, scale: 'linear' },
    },
  ],
};

/** Trains as ESD does, for as many iterations as it is soft in hundredths. */
const toyTraining: Method = {
  descriptor: { ...about, id: 'toy-training', title: text('Toy training') },
  prepare: (context) => {
    const preparation = esd.prepare({
      ...context,
      parameters: Object.fromEntries(esd.descriptor.parameters.map((spec) => [spec.id, spec.default])),
    });
    if (preparation.kind !== 'training') throw new Error('expected ESD to train');
    const iterations = Math.round(100 * Number(context.parameters['softness']));
    return { kind: 'training', plan: { ...preparation.plan, method: 'toy-training', iterations } };
  },
};

/** Moves every key and value by the same amount. */
const toyEdit: Method = {
  descriptor: { ...about, id: 'toy-edit', how: 'edit', title: text('Toy edit') },
  prepare: ({ concept, parameters }) => {
    const edit: WeightEdit = {
      prompts: [concept],
      sentences: [concept, ''],
      solve: ({ textOf, unet }) => {
        const layout = loraLayout(parameterGroup(unet, 'xattn-strict'), 1);
        const [first = 0] = textOf(concept).states;
        const move = Number(parameters['softness']);
        return { layout, theta: initialTheta(layout, 1).map((value) => value + move), facts: { first } };
      },
    };
    return { kind: 'edit', edit };
  },
};

/** Leads away from the concept's words, as much as it is soft. */
const toyGuider: Method = {
  descriptor: { ...about, id: 'toy-guider', how: 'guider', title: text('Toy guider') },
  prepare: ({ concept, parameters }) => {
    const guider = atStrength(negativePrompt(concept), Number(parameters['softness']));
    return { kind: 'guider', guider, text: concept };
  },
};

describe.each([toyTraining, toyEdit, toyGuider].map((method) => [method.descriptor.id, method] as const))(
  'the method %s, registered by this test',
  (id, method) => {
    let engine: Engine;
    let forget = () => {};
    let folder: MicroFolder;
    beforeAll(async () => {
      forget = registerMethod(method);
      folder = await microFolder();
      engine = new Engine(await microPlatform());
      await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
    });
    afterAll(async () => {
      forget();
      await engine.dispose();
      await folder.remove();
    });

    it('has an id of its own', () => {
      expect(() => registerMethod(method)).toThrow(`"${id}" is taken`);
    });

    it('stands in the catalog, in the link, in the picker and as a form', () => {
      const catalog = catalogOf(bundledSpace, true);
      expect(catalog.methods.map((known) => known.id)).toContain(id);
      const given = { erasedMethod: id, parameters: { [id]: { softness: 0.75 } } };
      expect(decodeExperiment(encodeExperiment(given), catalog.methods)).toEqual({ given, problems: [] });

      const { bench } = benchWith(memoryTabs().page, null);
      bench.store.setState({ catalog, experiment: completeExperiment(given, catalog) });
      const state = bench.store.getState();
      expect(methodOf(state, 'erased')?.id).toBe(id);
      // Rendered without a browser, a store shows its first state.
      const store = { ...bench.store, getInitialState: bench.store.getState };
      const page = { ...bench, store, address: null } as unknown as PageBench;
      const shown = (child: Parameters<typeof createElement>[0], props: object) =>
        renderToStaticMarkup(createElement(BenchContext, { value: page }, createElement(child, props)));
      expect(shown(MethodField as never, { column: 'erased', testId: 'x' })).toContain(
        `<option value="${id}" selected="">${method.descriptor.title.en}</option>`,
      );
      const form = shown(ParameterForm as never, { method: method.descriptor, place: 'test' });
      expect(form).toContain('Softness');
      expect(form).toContain('value="0.75"');
    });

    it('makes weights in the engine, whose file says what made them', async () => {
      const catalog = await engine.catalog();
      const experiment = completeExperiment(
        { erasedMethod: id, parameters: { [id]: { softness: 0.02 } }, numInferenceSteps: 8 },
        catalog,
      );
      const request = trainRequest(experiment, 'erased', method.descriptor, 'wasm', null);
      const ended = new Promise<RunEvent>((resolve) => {
        engine.listen((event) => {
          if (event.type === 'finished') resolve(event);
        });
      });
      await engine.start({ ...request, samples: null });
      const event = await ended;
      if (event.type !== 'finished' || event.adapter === null) throw new Error(JSON.stringify(event));
      expect(event.adapter).toMatchObject({ method: id, settings: { softness: 0.02 } });
      const bytes = await engine.exportAdapter(event.adapter.id);
      const { story } = await engine.inspectAdapter(bytes);
      expect(story).toMatchObject({ method: id, settings: { softness: 0.02 } });
      expect(story.facts).toEqual(id === 'toy-edit' ? { first: expect.any(Number) as number } : undefined);
    });

    it('is a method of the command line, with its parameters as flags', async () => {
      expect(trainCommand().helpInformation()).toContain('--softness');
      const out = folder.at('toy.safetensors');
      const asked = ['--method', id, '--concept', 'church', '--softness', '0.02', '--out', out];
      expect(await folder.run(trainCommand(), asked)).toMatchObject({
        method: id,
        iterations: method.descriptor.how === undefined ? 2 : 0,
      });
      // A guider has no weights: its file says what it is, and that is all.
      expect((await readFile(out)).length).toBeGreaterThan(method.descriptor.how === 'guider' ? 100 : 1000);
    });
  },
);
