import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const leftOut = fileURLToPath(new URL('src/left-out.ts', import.meta.url));

export default defineConfig({
  plugins: [vue()],
  resolve: {
    // Calls and meetings are left out (package.json, overrides): the kit names one component of theirs. The plugin asks
    // for what Vue 2 needs and Vue 3 has.
    alias: { '@tencentcloud/roomkit-web-vue3': leftOut, '@vue/composition-api': leftOut },
  },
  css: { preprocessorOptions: { scss: { silenceDeprecations: ['import', 'legacy-js-api', 'mixed-decls', 'global-builtin'] } } },
  server: { host: '127.0.0.1', port: 5173 },
});
