CREATE TABLE `asides` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`what` text NOT NULL,
	`score` text NOT NULL,
	`orchestra` text NOT NULL,
	`agent` text NOT NULL,
	`model` text NOT NULL,
	`calls` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`cached_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`reasoning_tokens` integer NOT NULL,
	`micro_usd` integer NOT NULL,
	`unpriced` integer NOT NULL,
	`failed` integer NOT NULL,
	CONSTRAINT "asides_what" CHECK("asides"."what" IN ('test', 'shadow'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `asides_by_model` ON `asides` (`model`,`at`);--> statement-breakpoint
CREATE INDEX `asides_by_time` ON `asides` (`at`);--> statement-breakpoint
CREATE TABLE `model_badges` (
	`id` integer PRIMARY KEY NOT NULL,
	`model` text NOT NULL,
	`at` integer NOT NULL,
	`badge` text NOT NULL,
	`figures` text NOT NULL,
	`who` text NOT NULL,
	CONSTRAINT "model_badges_badge" CHECK("model_badges"."badge" IN ('none', 'bronze', 'silver', 'gold')),
	CONSTRAINT "model_badges_figures" CHECK(json_valid("model_badges"."figures"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `model_badges_by_model` ON `model_badges` (`model`,`at`);
--> statement-breakpoint
CREATE TRIGGER `asides_spent` AFTER INSERT ON `asides` BEGIN
	INSERT INTO `spending` VALUES (NEW.`at` / 3600000, NEW.`score`, NEW.`orchestra`, NEW.`agent`, NEW.`model`, NEW.`calls`,
		NEW.`input_tokens`, NEW.`cached_tokens`, NEW.`output_tokens`, NEW.`reasoning_tokens`, NEW.`micro_usd`, NEW.`unpriced`, NEW.`failed`)
	ON CONFLICT (`hour`, `score`, `orchestra`, `agent`, `model`) DO UPDATE SET `calls` = `calls` + excluded.`calls`,
		`input_tokens` = `input_tokens` + excluded.`input_tokens`, `cached_tokens` = `cached_tokens` + excluded.`cached_tokens`,
		`output_tokens` = `output_tokens` + excluded.`output_tokens`,
		`reasoning_tokens` = `reasoning_tokens` + excluded.`reasoning_tokens`, `micro_usd` = `micro_usd` + excluded.`micro_usd`,
		`unpriced` = `unpriced` + excluded.`unpriced`, `failed` = `failed` + excluded.`failed`;
END;
--> statement-breakpoint
PRAGMA user_version = 14;
