ALTER TABLE `deployments` ADD `agents` text CONSTRAINT "deployments_agents" CHECK("agents" IS NULL OR json_valid("agents"));--> statement-breakpoint
ALTER TABLE `model_calls` ADD `is_billed` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
DROP TRIGGER `model_calls_spent`;--> statement-breakpoint
CREATE TRIGGER `model_calls_spent` AFTER INSERT ON `model_calls` WHEN NEW.`source` = 'live' BEGIN
	INSERT INTO `spending` SELECT NEW.`started_at` / 3600000, r.`score`, coalesce(NEW.`orchestra`, ''), NEW.`agent`, NEW.`model`, 1,
		NEW.`input_tokens`, NEW.`cached_tokens`, NEW.`output_tokens`, NEW.`reasoning_tokens`, coalesce(NEW.`micro_usd`, 0),
		NEW.`micro_usd` IS NULL AND (NEW.`input_tokens` + NEW.`output_tokens` > 0 OR NEW.`is_billed`), NEW.`error` IS NOT NULL
		FROM `runs` r WHERE r.`id` = NEW.`run_id`
	ON CONFLICT (`hour`, `score`, `orchestra`, `agent`, `model`) DO UPDATE SET `calls` = `calls` + 1,
		`input_tokens` = `input_tokens` + excluded.`input_tokens`, `cached_tokens` = `cached_tokens` + excluded.`cached_tokens`,
		`output_tokens` = `output_tokens` + excluded.`output_tokens`,
		`reasoning_tokens` = `reasoning_tokens` + excluded.`reasoning_tokens`, `micro_usd` = `micro_usd` + excluded.`micro_usd`,
		`unpriced` = `unpriced` + excluded.`unpriced`, `failed` = `failed` + excluded.`failed`;
END;--> statement-breakpoint
PRAGMA user_version = 18;
