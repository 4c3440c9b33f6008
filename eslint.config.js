// Type-checked lint. Rules that only move characters around belong to Prettier; floors and cycles to scripts/floors.test.ts.
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      '.cache/',
      'dist/',
      'public/',
      'training/',
      'test-results/',
      'playwright-report/',
      'out/',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Would forbid [...word], which is how we go through a word's letters.
      '@typescript-eslint/no-misused-spread': 'off',
      // K ties two lookups inside the body together; the rule looks at signatures only.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Slow, and there are no enums here.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // Our tables of functions (op rules, method entries) are taken apart freely; classes are rare and have no such methods.
      '@typescript-eslint/unbound-method': 'off',
      // Interfaces are promises; an implementation that needs no waiting may be `async` all the same.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['scripts/**', 'e2e/**'], rules: { 'no-console': 'off' } },
  { files: ['src/ui/**'], plugins: { 'react-hooks': reactHooks }, rules: reactHooks.configs.recommended.rules },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
