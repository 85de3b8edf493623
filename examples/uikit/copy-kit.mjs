// The kit is meant to be copied into a project's source, so that it can be changed there (its own integration guide,
// step 2). Here the copy is made anew before each start and is not kept in this repository.
import { cpSync, rmSync } from 'node:fs';

rmSync('src/TUIKit', { recursive: true, force: true });
cpSync('node_modules/@tencentcloud/chat-uikit-vue', 'src/TUIKit', {
  recursive: true,
  filter: (path) => !path.includes('chat-uikit-vue/node_modules'),
});
